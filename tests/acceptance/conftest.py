"""What acceptance tests share: the places the service runs in, and the demo that was played."""

from tests.acceptance.place import place
from tests.acceptance.playing import played

__all__ = ["place", "played"]
