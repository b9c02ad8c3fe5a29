"""Read the few fields a page's own button sends."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from drip.web.guard import BodyTooLargeError


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a form, URL-encoded or multipart; empty for anything else.

    Raises BodyTooLargeError. What cannot be read is no reason to refuse a person's answer.
    """
    try:
        form = await request.form(max_files=4, max_fields=16)
    except BodyTooLargeError:
        raise
    except HTTPException:
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}
