"""`drip demo`: more than a year of a made-up sales team's letters, calls and answers, through the real service."""
