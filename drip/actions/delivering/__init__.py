"""A run of deliveries from one mailbox: a stock of leased letters, and connections that send them."""
