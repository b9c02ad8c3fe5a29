"""Tests of the public pages against a real server and real databases."""
