"""What acceptance tests share: the places the service runs in."""

from tests.acceptance.place import place

__all__ = ["place"]
