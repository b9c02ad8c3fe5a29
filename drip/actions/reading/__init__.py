"""Parts of `read_mailbox`: a reading, from the log-in to the end of the connection."""
