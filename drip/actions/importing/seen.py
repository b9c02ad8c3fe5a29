"""Which addresses a file held before, in a few bytes each: a million of them take 25 MB."""

from array import array

_FULL = 0.6  # of the slots; then there are four times as many
_LEAST = 1 << 11


class Seen:
    """Addresses and the line each came in first.

    An address is known by its 64-bit hash, with a key of this process: that two of a million differ but
    are taken for one happens once in 30 million files.
    """

    def __init__(self) -> None:
        self._count = 0
        self._room(_LEAST)

    def first_line(self, address: str, line: int) -> int:
        """The line the address came in first: `line` itself, from 1, where it is new."""
        marks, last = self._marks, self._last
        mark = hash(address) or 1
        place = mark & last
        while there := marks[place]:
            if there == mark:
                return self._lines[place]
            place = (place + 1) & last
        marks[place], self._lines[place] = mark, line
        self._count += 1
        if self._count > self._most:
            self._grow()
        return line

    def _grow(self) -> None:
        known = zip(self._marks, self._lines, strict=True)
        self._room(len(self._marks) * 4)
        marks, lines, last = self._marks, self._lines, self._last
        for mark, line in known:
            if mark:
                place = mark & last
                while marks[place]:
                    place = (place + 1) & last
                marks[place], lines[place] = mark, line

    def _room(self, slots: int) -> None:
        self._marks = array("q", bytes(8 * slots))  # 0: free
        self._lines = array("I", bytes(4 * slots))
        self._last, self._most = slots - 1, int(slots * _FULL)
