"""drip: the email drip-campaign service as a library."""

__version__ = "0.1.0"
