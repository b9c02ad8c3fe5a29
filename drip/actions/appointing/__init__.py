"""Appointments: what was agreed, and the mails that tell both of it."""
