"""Count that a link was opened; whether a person did it is judged by the action (R25)."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from drip.actions.click import Click, Visiting, click
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.token import Link, LinkToken
from drip.store import sends
from drip.web.desk import desk_of


async def count_visit(request: Request, token: LinkToken) -> Click:
    """Keep the visit of a GET or HEAD. Raises HTTPException 404 when the letter is not kept any more."""
    desk = desk_of(request)
    async with desk.store.glance() as unit:
        letter = await sends.get(unit, token.send)
    if letter is None or letter.enrollment_id != token.enrollment:
        raise HTTPException(404)
    visiting = Visiting(
        send_id=token.send,
        link=token.link.code,
        index=token.index if token.link is Link.TO else None,
        method=request.method,
        user_agent=request.headers.get("user-agent", ""),
        address=client_address(request),
    )
    return await click(desk.store, visiting, desk.clock.now())


def client_address(request: Request) -> str:
    """The client's address as the server tells it; empty where it does not."""
    return request.client.host if request.client else ""


def by_prospect(token: LinkToken) -> tuple[Whose, Context]:
    """Whom an answer on a page is about, and who gave it (R38)."""
    return Whose(send_id=token.send), Context("prospect", send_id=token.send, data={"link": token.link.code})
