"""Countries, regions and time zones as people and exports write them."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from holidays.registry import COUNTRIES

from drip.actions.importing import english
from drip.domain.holiday_tables import is_known, table_of

_ALSO = {  # country code: names that no list has, but people type
    "AE": ("UAE", "U.A.E.", "Emirates"),
    "BA": ("Bosnia", "Bosnia-Herzegovina"),
    "BO": ("Bolivia, Plurinational State of",),
    "BR": ("Brasil",),
    "CD": ("Congo-Kinshasa", "DR Congo", "DRC", "Democratic Republic of the Congo"),
    "CG": ("Congo-Brazzaville", "Republic of the Congo", "Congo"),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CI": ("Ivory Coast", "Cote d'Ivoire"),
    "CN": ("People's Republic of China", "PR China", "Mainland China"),
    "CZ": ("Czechia", "Czech Rep."),
    "DE": ("Deutschland", "Federal Republic of Germany"),
    "ES": ("España",),
    "FM": ("Micronesia, Federated States of",),
    "GB": (
        *("UK", "U.K.", "United Kingdom", "Great Britain", "England", "Scotland", "Wales"),
        *("Northern Ireland", "United Kingdom of Great Britain and Northern Ireland"),
    ),
    "HK": ("Hong Kong SAR", "Hong Kong S.A.R."),
    "IE": ("Republic of Ireland", "Eire"),
    "IR": ("Iran, Islamic Republic of",),
    "IT": ("Italia",),
    "KP": ("North Korea",),
    "KR": ("South Korea", "Korea", "Republic of Korea", "Korea, Republic of"),
    "LA": ("Lao PDR", "Lao People's Democratic Republic"),
    "MD": ("Moldova, Republic of", "Republic of Moldova"),
    "MK": ("Macedonia",),
    "MM": ("Burma", "Myanmar"),
    "MX": ("México",),
    "NL": ("Holland", "The Netherlands", "Nederland"),
    "PS": ("Palestinian Territories", "State of Palestine"),
    "RU": ("Russian Federation",),
    "SA": ("Kingdom of Saudi Arabia", "KSA"),
    "SE": ("Sverige",),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland", "Eswatini"),
    "TR": ("Türkiye", "Turkiye"),
    "TW": ("Taiwan, Province of China", "Taiwan, R.O.C."),
    "TZ": ("Tanzania, United Republic of",),
    "US": ("USA", "U.S.A.", "U.S.", "United States of America", "The United States", "America"),
    "VA": ("Holy See", "Vatican"),
    "VE": ("Venezuela, Bolivarian Republic of",),
    "VN": ("Viet Nam", "Vietnam"),
}
_HOME_NATIONS = {"england": "ENG", "scotland": "SCT", "wales": "WLS", "northernireland": "NIR"}


def country_code(text: str) -> str | None:
    """ISO 3166 alpha-2 code of a country written as code or name; None where it is unknown."""
    return _countries().get(_plain(text))


def region_code(country: str, text: str) -> str | None:
    """Code of a region of `country` (ISO 3166-2 without the country) that has holidays of its
    own; None where we know none of that name. It only sharpens holidays and the time zone."""
    wanted = text.strip().removeprefix(f"{country}-")
    return _regions(country).get(_plain(wanted))


def home_nation(text: str) -> str | None:
    """The region meant by "Scotland" and the like where a country is asked for."""
    return _HOME_NATIONS.get(_plain(text))


def zone_name(text: str) -> str | None:
    """IANA name of a time zone: "us_slash_eastern" (HubSpot), "(GMT-05:00) Eastern Standard
    Time (America/New_York)" (Salesforce), any case; None where it is unknown."""
    inside = re.search(r"\(([A-Za-z_]+/[A-Za-z_/+-]+)\)\s*$", text)
    name = inside[1] if inside else text.strip()
    name = re.sub(r"_slash_", "/", name, flags=re.IGNORECASE)
    name = re.sub(r"_(hyphen|dash)_", "-", name, flags=re.IGNORECASE)
    return _zones().get(name.replace(" ", "_").lower())


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() if name not in ("localtime", "Factory", "posixrules")}


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for module, (_, two, three, *_others) in COUNTRIES.items():
        found |= {_plain(module): two, _plain(two): two, _plain(three): two}
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            code, name = line.split("\t")
            found |= {_plain(name): code, _plain(code): code}
    for code, names in _ALSO.items():
        found |= {_plain(name): code for name in names}
    return found


@cache
def _regions(country: str) -> dict[str, str]:
    if not is_known(country):
        return {}
    table = table_of(country)
    found = _HOME_NATIONS if country == "GB" else {}
    names = english.REGIONS.get(country, {}) | table.subdivisions_aliases
    return (
        found | {_plain(name): code for name, code in names.items()} | {_plain(one): one for one in table.subdivisions}
    )


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.replace("&", "and")).casefold()
    return "".join(c for c in flat if c.isalnum())
