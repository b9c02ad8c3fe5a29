"""Groups of commands that import a command's module only when it is chosen."""

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from drip.cli.forms import Command
from drip.cli.output import as_typed
from drip.cli.reading import read_quickly
from drip.cli.words import nearest


@dataclass(frozen=True, slots=True)
class Item:
    """One command: its line in the menu, and what imports its module and gives its function."""

    help: str
    load: Callable[[], Command]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Commands under one word. `usual` is the one meant where the next word is like none of them."""

    help: str
    items: "dict[str, Entry]"
    usual: str | None = None


Entry = Item | Shelf


def of(load: Callable[[], ModuleType], name: str) -> Callable[[], Command]:
    """What gives the function `name` of the module that `load` imports, when it is asked for."""

    def function() -> Command:
        found: Command = getattr(load(), name)
        return found

    return function


class Group(TyperGroup):
    """A group that shows what is in it without importing it."""

    sections: dict[str, dict[str, Entry]]
    usual: str | None = None

    def hold(self, sections: dict[str, dict[str, Entry]], usual: str | None = None) -> "Group":
        """Take in the commands, by section; itself."""
        self.sections, self.usual = sections, usual
        self.commands = _Commands({name: one for section in sections.values() for name, one in section.items()})
        return self

    def get_params(self, ctx: Any) -> Any:
        """The options before a command, --help among them."""
        return read_quickly(super().get_params(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The names and their lines, by section, all aligned."""
        widest = max(len(name) for name in self.commands)
        for title, entries in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), as_typed(entry.help)) for name, entry in entries.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command meant by the next word; the usual one where that word is like no command."""
        first = args[0]
        if (
            self.usual
            and first not in self.commands
            and not first.startswith("-")
            and not nearest(first, self.commands)
        ):
            args = [self.usual, *args]
        return super().resolve_command(ctx, args)


class Single(TyperCommand):
    """One command, whose words we read by ourselves."""

    def get_params(self, ctx: Any) -> Any:
        """Its arguments and options, --help among them."""
        return read_quickly(super().get_params(ctx))

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What it does, with commands as they are typed here."""
        self.help = as_typed(self.help or "")
        super().format_help_text(ctx, formatter)


class _Commands(MutableMapping[str, Any]):
    """Commands by name, each made when it is first asked for."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _make(name, self._entries[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._entries[name]


def _make(name: str, entry: Entry) -> Any:
    if isinstance(entry, Shelf):
        group = Group(name=name, help=entry.help, no_args_is_help=True, rich_markup_mode=None)
        return group.hold({"Commands": dict(entry.items)}, entry.usual)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Single)(entry.load())
    return get_command(app)
