"""Read plain arguments and options by ourselves: typer imports pydantic for it, a third of a second."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer

_PLAIN = (str, Path, int, float, bool)


class _Reader:
    """What typer asks to turn typed words into values."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value or values. Raises typer.BadParameter."""
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        return [self._one(one, param, ctx) for one in value] if many else self._one(value, param, ctx)

    def _one(self, value: Any, param: Any, ctx: Any) -> Any:
        if get_origin(self._kind) is Literal:
            allowed = get_args(self._kind)
            if value not in allowed:
                message = f'"{value}" is not one of {", ".join(allowed)}.'
                raise typer.BadParameter(message, ctx=ctx, param=param)
            return value
        try:
            found = self._kind(value)
        except ValueError:
            raise typer.BadParameter(f'"{value}" is no number.', ctx=ctx, param=param) from None
        problem = _text_problem(found) if self._kind is str else _range_problem(found, param)
        if problem:
            raise typer.BadParameter(problem, ctx=ctx, param=param)
        return found


def _text_problem(text: str) -> str | None:
    """What is wrong with typed text: bytes that are none in the terminal's encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "it holds bytes that are no text. Type it again, in UTF-8."
    return None


def _range_problem(value: Any, param: Any) -> str | None:
    least, most = getattr(param, "min", None), getattr(param, "max", None)
    if (least is None or value >= least) and (most is None or value <= most):
        return None
    return f"{value} is not between {least:,} and {most:,}."


def read_quickly(parameters: Sequence[Any]) -> Sequence[Any]:
    """Let the parameters of a command that are text, paths, numbers, flags or choices be read here; all of them."""
    for parameter in parameters:
        kind = parameter.type_descriptor.annotation
        inner = get_args(kind)[0] if get_origin(kind) is list else kind
        if inner in _PLAIN or get_origin(inner) is Literal:
            parameter._runtime_param = _Reader(inner)
    return parameters
