"""A checker of letters as they arrived, written from MAIL section 1 alone: raw bytes and envelope, nothing of ours.

It shares no code with what makes the letters; see test_checker.py for the broken letters that each check finds.
"""
