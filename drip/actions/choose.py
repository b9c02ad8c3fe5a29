"""Choose prospects by what they have in common: to list them, or to enroll them all."""

from dataclasses import dataclass

from drip.actions.importing.cells import CellError, reader
from drip.actions.which_rep import find_rep
from drip.domain.errors import DripError
from drip.store import choices
from drip.store.choices import Choice
from drip.store.engine import Store, Unit


class ChoiceError(DripError):
    """What was typed chooses nobody, since it is no such thing."""


@dataclass(frozen=True, slots=True)
class Alike:
    """What they have in common, as it is typed: every word of `search` in name, email, title or company; a rep's
    address; a country by code or name; the domain of a company. "" does not matter."""

    search: str = ""
    owner: str = ""
    country: str = ""
    domain: str = ""

    def __bool__(self) -> bool:
        return any((self.search.strip(), self.owner, self.country, self.domain))


async def choice_of(unit: Unit, alike: Alike, *, free: bool = False) -> Choice:
    """Who is meant. Raises NotFoundError for an owner nobody knows, ChoiceError for what is no country or no domain."""
    return Choice(
        search=alike.search,
        owner_rep_id=(await find_rep(unit, alike.owner)).id if alike.owner else None,
        country=_read("country", alike.country),
        company_domain=_read("domain", alike.domain),
        free=free,
    )


async def choose_free(store: Store, alike: Alike) -> list[str]:
    """The addresses of all who are alike and have no open file, the first added first. Raises as `choice_of`."""
    emails: list[str] = []
    after = 0
    async with store.reading() as unit:
        choice = await choice_of(unit, alike, free=True)
    while True:
        async with store.reading() as unit:
            page = await choices.chosen(unit, choice, after)
        if not page:
            return emails
        emails += [email for _, email in page]
        after = page[-1][0]


def _read(name: str, text: str) -> str | None:
    """As it is kept of a prospect; None for nothing."""
    try:
        found = reader(name)(text).get(name)
    except CellError as error:
        raise ChoiceError(f"--{name}: {error}.") from error
    return str(found) if found else None
