"""People in notices: a telephone number as a link."""


def phone_link(number: str) -> str:
    """The tel: address of a number as typed (RFC 3966); empty where there is nothing to dial.

    An extension ("ext. 12", "x12") stands behind it.
    """
    base, _, extension = number.lower().replace("ext.", "x").replace("ext", "x").partition("x")
    digits = "".join(one for one in base if one.isdigit())
    if not digits:
        return ""
    plus = "+" if base.strip().startswith("+") else ""
    rest = "".join(one for one in extension if one.isdigit())
    return f"tel:{plus}{digits}" + (f";ext={rest}" if rest else "")
