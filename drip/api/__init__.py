"""JSON for programs; for now only whether the service is alive."""
