"""Benchmarks: each prints its figures beside the bar it is held to."""
