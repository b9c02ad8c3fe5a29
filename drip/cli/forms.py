"""Commands with many options: a frozen dataclass names them, the command is given one value."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from inspect import Parameter, Signature
from typing import Any, TypeVar, get_type_hints

Form = TypeVar("Form")
Command = Callable[..., bool | None]


def takes(form: type[Form]) -> Callable[[Callable[[Form], bool | None]], Command]:
    """Make a command of a function that takes `form`, whose fields are the arguments and options.

    A field is annotated as typer wants it; one without a default is demanded.
    """

    def dress(work: Callable[[Form], bool | None]) -> Command:
        def command(**given: Any) -> bool | None:
            return work(form(**given))

        hints = get_type_hints(form, include_extras=True)
        parameters = [
            Parameter(
                field.name,
                Parameter.KEYWORD_ONLY,
                default=Parameter.empty if field.default is MISSING else field.default,
                annotation=hints[field.name],
            )
            for field in fields(form)  # type: ignore[arg-type]
        ]
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = hints
        command.__doc__, command.__name__ = work.__doc__, work.__name__
        return command

    return dress
