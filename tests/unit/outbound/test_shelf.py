"""Letters on a shelf: whole, byte for byte, and a repeat is seen."""

from dataclasses import replace
from pathlib import Path

from drip.domain.outcome import Kind
from drip.outbound.compose import compose
from drip.outbound.shelf import MaildirShelf, MemoryShelf
from drip.outbound.transport import Transport
from tests.unit.outbound.parts import ORDINARY

LETTER = compose(ORDINARY)


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.eml"))


def test_shelves_are_ways_out_like_smtp(tmp_path: Path) -> None:
    shelves: list[Transport] = [MemoryShelf(), MaildirShelf(tmp_path)]
    assert len(shelves) == 2


async def test_memory_keeps_letters_in_order() -> None:
    shelf = MemoryShelf()
    second = replace(LETTER, send_id=18)
    async with shelf.open() as wire:
        for letter in (LETTER, second):
            assert (await wire.deliver(letter, yes)).kind is Kind.ACCEPTED
    assert shelf.letters == [LETTER, second]


async def test_a_maildir_keeps_the_letter_byte_for_byte_under_its_send(tmp_path: Path) -> None:
    async with MaildirShelf(tmp_path / "mail").open() as wire:
        assert (await wire.deliver(LETTER, yes)).kind is Kind.ACCEPTED
    assert names(tmp_path / "mail") == ["new/send-0000000017.eml"]
    assert (tmp_path / "mail/new/send-0000000017.eml").read_bytes() == LETTER.data
    assert not list((tmp_path / "mail/tmp").iterdir())


async def test_a_letter_that_comes_twice_is_seen_in_the_maildir(tmp_path: Path) -> None:
    async with MaildirShelf(tmp_path).open() as wire:
        for _ in range(3):
            await wire.deliver(LETTER, yes)
    assert names(tmp_path) == [
        "new/send-0000000017.again-2.eml",
        "new/send-0000000017.again-3.eml",
        "new/send-0000000017.eml",
    ]


async def test_a_letter_that_was_read_in_the_meantime_is_still_a_repeat(tmp_path: Path) -> None:
    async with MaildirShelf(tmp_path).open() as wire:
        await wire.deliver(LETTER, yes)
        (tmp_path / "new/send-0000000017.eml").rename(tmp_path / "cur/send-0000000017.eml")
        await wire.deliver(LETTER, yes)
    assert names(tmp_path) == ["cur/send-0000000017.eml", "new/send-0000000017.again-2.eml"]


async def test_a_withdrawn_letter_is_on_no_shelf(tmp_path: Path) -> None:
    memory = MemoryShelf()
    for shelf in (memory, MaildirShelf(tmp_path)):
        async with shelf.open() as wire:
            assert (await wire.deliver(LETTER, no)).kind is Kind.WITHDRAWN
    assert not memory.letters
    assert not names(tmp_path)


async def test_a_maildir_that_cannot_be_written_defers_the_letter(tmp_path: Path) -> None:
    async with MaildirShelf(tmp_path).open() as wire:
        (tmp_path / "tmp").rmdir()
        assert (await wire.deliver(LETTER, yes)).kind is Kind.DEFERRED
