"""What the proof of equivalence needs: stories, the town they are lived in, and how its lines are read."""
