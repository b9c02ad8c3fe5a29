"""Chance that is the same every time: what happens to somebody depends on the seed and on words alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_WHOLE = float(1 << 53)


@dataclass(frozen=True, slots=True)
class Chance:
    """A source of chance. The words say what is being decided, so that no decision moves another."""

    seed: int

    def share(self, *words: object) -> float:
        """A number from 0 up to 1 that belongs to these words."""
        text = "|".join(str(word) for word in (self.seed, *words))
        digest = hashlib.sha256(text.encode()).digest()
        return (int.from_bytes(digest[:8], "big") >> 11) / _WHOLE

    def happens(self, odds: float, *words: object) -> bool:
        """Whether something of these odds (0 to 1) happens."""
        return self.share(*words) < odds

    def between(self, least: float, most: float, *words: object) -> float:
        """A number from `least` up to `most`."""
        return least + (most - least) * self.share(*words)

    def whole(self, least: int, most: int, *words: object) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + int((most - least + 1) * self.share(*words))

    def one_of(self, values: Sequence[T], *words: object) -> T:
        """One of the values."""
        return values[int(len(values) * self.share(*words))]

    def weighed(self, odds: Sequence[tuple[T, float]], *words: object) -> T:
        """One of the values, each as often as its weight says."""
        left = self.share(*words) * sum(weight for _, weight in odds)
        for value, weight in odds:
            left -= weight
            if left < 0:
                return value
        return odds[-1][0]

    def shuffled(self, values: Sequence[T], *words: object) -> list[T]:
        """The values in an order of their own."""
        order = sorted(range(len(values)), key=lambda i: self.share(*words, i))
        return [values[i] for i in order]
