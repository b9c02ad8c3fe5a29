"""The processes: which broker, the actors, the scheduler, and the embedded service."""
