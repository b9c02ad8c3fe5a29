"""Tests of the public pages in a real browser."""
