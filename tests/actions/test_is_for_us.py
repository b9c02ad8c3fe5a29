"""Mail is taken in for reps, mailboxes, their tagged forms and domains for bounces, and for nobody else."""

from drip.actions.receiving.ours import is_for_us
from drip.domain.return_path import TAGGED, bounce_token
from drip.store import mailboxes, reps
from drip.store.mailboxes import NewMailbox
from tests.actions.desk import MONDAY, Desk

SECRET = b"a secret for the tests"
TOKEN = "0123456789abcdef0123456789abcdef"
LONG = "x" * 60
OURS = [
    "kim@seller.example",
    "KIM@Seller.Example",
    f"kim+{TOKEN}@seller.example",
    f"kim+{LONG}@seller.example",
    "lee@seller.example",
    "lee+anything@seller.example",
    f"kim+drip+{TOKEN}@seller.example",
    f"b+{TOKEN}@bounce.seller.example",
    "postmaster@BOUNCE.seller.example",
    "info@m\u00fcller.example",
    "postmaster@seller.example",
    "PostMaster@Own.Example",
    "postmaster@m\u00fcller.example",
    "postmaster@xn--mller-kva.example",
    "postmaster",  # of the server itself
    "info@xn--mller-kva.example",
    f"b+{bounce_token(SECRET, 7)}@before.seller.example",  # where bounces of older letters go to
]
NOT_OURS = [
    "ann.jones@acme.example.com",
    "kimberly@seller.example",
    "postmaster@else.example",
    "postmaster@eller.example",
    "postmaster@gmail.com",  # where somebody of ours has an address, too
    "postmaster@",
    "postmaster@example",
    "postmaster+x@seller.example",
    "b@seller.example",
    "kim@bounce.seller.example.com",
    "kim@own",
    "kim@tagged",
    "kim@",
    "@seller.example",
    "kim",
    "",
    f"b+{TOKEN}@before.seller.example",
    "kim@seller.example@else.example",
    "kim%else.example@seller.example",
    "kim@seller.example\udcff",
    "\0@seller.example",
]


async def test_who_is_ours_and_who_is_not(desk: Desk) -> None:
    others = (
        NewMailbox("drip", "kim+drip@seller.example", "127.0.0.1", 25, "none", bounces_to=TAGGED),
        NewMailbox("bounces", "info@m\u00fcller.example", "127.0.0.1", 25, "none", bounces_to="bounce.seller.example"),
    )
    async with desk.store.begin() as unit:
        await reps.add(unit, reps.NewRep("Lee Ray", "lee@seller.example"), MONDAY)
        await reps.add(unit, reps.NewRep("Kay Sol", "kay@own.example"), MONDAY)
        await reps.add(unit, reps.NewRep("Max May", "max@gmail.com"), MONDAY)
        for one in others:
            await mailboxes.add(unit, one, MONDAY)
    assert [address for address in OURS if not await is_for_us(desk.store, SECRET, address)] == []
    assert [address for address in NOT_OURS if await is_for_us(desk.store, SECRET, address)] == []
