"""Mail as the world sees it: what comes back to us, and what our own letters look like where they arrive."""
