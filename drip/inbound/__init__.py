"""Mail in: what came back, read and understood."""
