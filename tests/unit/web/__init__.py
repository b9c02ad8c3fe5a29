"""Tests of what the public pages say, without a server."""
