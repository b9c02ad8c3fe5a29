"""Notices: what is written to our own people, and how it goes out."""
