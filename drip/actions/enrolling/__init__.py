"""Enrolling: what is asked for, what stands in the way, and rows of a sheet that ask for it."""
