"""Tests of the JSON for programs, asked over HTTP."""
