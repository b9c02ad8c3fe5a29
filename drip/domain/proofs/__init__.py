"""The proofs of a sending domain: what the DNS must say so that our letters are believed (MAIL 12, 23, 27)."""
