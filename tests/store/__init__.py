"""Tests of what we remember: each one on SQLite and on PostgreSQL."""
