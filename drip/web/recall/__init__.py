"""Pages for a rep: one recall, and what came of it."""
