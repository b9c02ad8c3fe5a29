"""Breakages of the guards of sending, one line each, and the proof that a test catches every one."""
