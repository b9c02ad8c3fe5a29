"""Talking to IMAP servers: what copies of sent mail and the reading of inboxes have in common."""
