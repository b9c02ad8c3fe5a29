"""An address that comes again is known, with the line it came in first, however many came between."""

from drip.actions.importing.seen import Seen


def test_each_address_is_known_by_its_first_line():
    seen = Seen()
    addresses = [f"p{n}@example.com" for n in range(20_000)]
    assert [seen.first_line(one, line) for line, one in enumerate(addresses, start=2)] == list(range(2, 20_002))
    assert [seen.first_line(one, 99_999) for one in addresses] == list(range(2, 20_002))
    assert seen.first_line("another@example.com", 99_999) == 99_999
