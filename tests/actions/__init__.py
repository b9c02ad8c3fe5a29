"""Tests of actions: what the product can do, each on SQLite and on PostgreSQL."""
