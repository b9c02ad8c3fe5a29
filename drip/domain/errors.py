"""The root of every error the product raises on purpose, and those of the rules."""


class DripError(Exception):
    """Root of all our errors. The text says what was wrong, where, and what to do."""


class DurationError(DripError):
    """A duration such as "6 weeks" could not be understood or is impossible where it stands."""


class PlaceError(DripError):
    """A time zone, country or region is not known."""


class HoursError(DripError):
    """A rep's working hours or days away that cannot be understood, or cannot be."""


class PromiseError(DripError):
    """A promised call date that cannot be kept, such as one on a weekend (R14)."""


class TokenError(DripError):
    """A signed token is cut, forged or of another kind. Nothing may be changed on its word."""


class MovedError(DripError):
    """A guarded write moved nothing: somebody else was faster, or the state has changed."""


class AddressError(DripError):
    """An email address that no letter can be sent to."""
