"""Tests of what stands behind the JSON for programs, without a server."""
