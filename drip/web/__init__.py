"""Pages for people: what a prospect sees after a link in a letter."""
