"""The parts of a forecast: what comes to one enrollment, and what a mailbox's days hold against its pace."""
