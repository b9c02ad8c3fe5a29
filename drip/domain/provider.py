"""Mail providers whose servers we know: how letters are handed to them, how many they take, what proves them.

Limits as the providers document them (2026); an account may have others, then `drip mailbox set` says so.
"""

from dataclasses import dataclass

from drip.domain.errors import DripError
from drip.domain.return_path import OWN, TAGGED, fits


class ProviderError(DripError):
    """A preset that does not go with the host, or that needs one."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, or none (`host` is None where every customer has another).

    `hosts`: ends of its servers' names; `example`: such a name, where there are many. `include`: what lets it send by
    SPF. `selectors`: where it publishes its own DKIM keys by default; `console` says where one switches that on.
    `exchange`: the mail server of a domain it keeps. `per_minute`, `per_day`: letters; `per_day_private`: from an
    address at one of `domains`, which anybody can have. `changes`: fields it rewrites, so that a signature over them
    does not hold; `may_change`: it rewrites some letters. `tags`: it takes a return path that is not the account's
    own address as it is; `keeps_copies`: it puts what is sent through it among the sent mail. `login`, `limits`,
    `reading`: what to know about those, NAME and HOST being the mailbox's name and its server's.
    """

    key: str
    title: str
    host: str | None
    port: int = 587
    security: str = "starttls"
    hosts: tuple[str, ...] = ()
    include: str | None = None
    selectors: tuple[str, ...] = ()
    console: str = ""
    exchange: str | None = None
    per_minute: int | None = None
    per_day: int | None = None
    per_day_private: int | None = None
    changes: str = ""
    may_change: bool = False
    tags: bool = False
    keeps_copies: bool = False
    reading: str = "`drip mailbox set NAME --read imaps://HOST` lets it read replies and bounces."
    domains: tuple[str, ...] = ()
    login: str = ""
    limits: str = ""
    example: str = "mail.example.com"


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a mailbox is set up where nobody says otherwise. No `login`: to be said; None limits: as fast as it goes."""

    host: str
    port: int
    security: str
    login: str | None
    per_minute: int | None
    per_day: int | None
    bounces_to: str


GMAIL = Provider(
    key="gmail",
    title="Gmail",
    host="smtp.gmail.com",
    hosts=("smtp.gmail.com", "smtp-relay.gmail.com", "imap.gmail.com"),
    keeps_copies=True,
    include="_spf.google.com",
    selectors=("google",),
    console="the Google Admin console: Apps, Google Workspace, Gmail, Authenticate email",
    exchange="1 smtp.google.com.",
    per_day=2000,  # Workspace; messages in 24 hours
    per_day_private=500,
    domains=("gmail.com", "googlemail.com"),
    reading="`drip mailbox set NAME --read imaps://imap.gmail.com` lets it read replies and bounces. Where filters "
    'archive mail, write imaps://imap.gmail.com/"[Gmail]/All Mail" (named otherwise in other languages).',
    login="Google takes an app password only (myaccount.google.com/apppasswords, with 2-step verification on).",
)
MICROSOFT_365 = Provider(
    key="microsoft365",
    title="Microsoft 365",
    host="smtp.office365.com",
    hosts=("smtp.office365.com", "smtp-mail.outlook.com", "outlook.office365.com"),
    keeps_copies=True,
    include="spf.protection.outlook.com",
    selectors=("selector1", "selector2"),
    console="the Defender portal: Email authentication settings, DKIM",
    may_change=True,
    per_minute=30,
    per_day=10_000,
    per_day_private=300,
    domains=("outlook.com", "hotmail.com", "live.com", "msn.com"),
    reading="Microsoft takes no password for IMAP any more. So that replies and bounces come in, let a rule redirect "
    "mail to where `drip inbound` listens (DRIP_LISTEN).",
    login="An admin switches on Authenticated SMTP for this mailbox, and basic authentication must be allowed for it.",
)
SES = Provider(
    key="ses",
    title="Amazon SES",
    host=None,
    hosts=(".amazonaws.com",),
    include="amazonses.com",
    console="the SES console: Identities, the domain, DKIM (Easy DKIM)",
    example="email-smtp.eu-west-1.amazonaws.com",
    per_minute=60,
    per_day=200,
    limits="That is SES's sandbox. `drip mailbox set NAME --per-minute … --per-day …` when your account may send more.",
    changes="Message-ID and Date",
    reading="SES sends only: `drip mailbox set NAME --read imaps://LOGIN@HOST` reads replies and bounces at the server "
    "that gets the mail for this address.",
    login="SES wants SMTP credentials of this region (SES console, SMTP settings), not an access key.",
)
PLAIN = Provider(key="smtp", title="a server of your own", host=None, tags=True)
PRESETS = {one.key: one for one in (GMAIL, MICROSOFT_365, SES, PLAIN)}


def provider_of(host: str) -> Provider:
    """Whose server this is; PLAIN for one we do not know."""
    name = host.rstrip(".").lower()
    known = (one for one in PRESETS.values() if any(name == end or _below(name, end) for end in one.hosts))
    return next(known, PLAIN)


def propose(provider: Provider, address: str, host: str | None = None) -> Proposal:
    """The settings of a preset for a mailbox of this address. Raises ProviderError."""
    chosen = host or provider.host
    if chosen is None:
        raise ProviderError(
            f"Which server? Give --host, such as {provider.example}, or --preset gmail or microsoft365."
        )
    if provider is not PLAIN and provider_of(chosen) is not provider:
        raise ProviderError(f"{chosen} is not a server of {provider.title}. Leave --preset out, or --host.")
    private = address.rpartition("@")[2].lower() in provider.domains
    return Proposal(
        host=chosen,
        port=provider.port,
        security=provider.security,
        login=address if chosen == provider.host else None,
        per_minute=provider.per_minute,
        per_day=provider.per_day_private if private else provider.per_day,
        bounces_to=TAGGED if provider.tags and fits(address) else OWN,
    )


def _below(name: str, end: str) -> bool:
    return end.startswith(".") and name.endswith(end) and name.startswith("email-smtp")
