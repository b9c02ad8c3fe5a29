"""Letters over real SMTP on loopback."""
