"""What adding people and mailboxes has in common: its errors, and clean values."""

from drip.actions.importing.address import clean_address
from drip.domain.errors import AddressError, DripError


class AddError(DripError):
    """Something cannot be added as it was given. The text says which value and what is allowed."""


class AlreadyThereError(AddError):
    """Something of that name or address is there already."""


def address(text: str, what: str) -> str:
    """An address, lower-cased, of any domain a company may use inside. Raises AddError."""
    try:
        return clean_address(text, reserved=True)
    except AddressError as error:
        raise AddError(f"The {what} cannot be used: {error}.") from error


def line(text: str, what: str, longest: int = 200) -> str:
    """A text on one line. Raises AddError for line ends and control characters (MAIL 5)."""
    clean = text.strip()
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in clean):
        raise AddError(f"The {what} holds a line end or a control character. Write it on one line.")
    if len(clean) > longest:
        raise AddError(f"The {what} has {len(clean)} characters; at most {longest} are allowed.")
    return clean
