"""Two months of a rep's life: an office of the real service, and what the people in it do."""
