"""Fixtures that start the real servers the tests talk to, and tests that prove the fixtures."""
