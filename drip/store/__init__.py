"""What we remember: the only SQL. One module per noun, on an engine that hands out units of work."""
