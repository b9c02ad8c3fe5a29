"""Declared things: campaign files, scenarios and letters, read and checked before use."""
