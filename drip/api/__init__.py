"""JSON for programs: what became of letters, as mail providers tell it; and whether the service is alive."""
