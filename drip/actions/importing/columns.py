"""Which column is what: the headers of HubSpot, Salesforce and Pipedrive exports."""

from dataclasses import dataclass

from drip.actions.importing.sheet import SheetError

# Header names as people see them, compared without case, spaces and signs. Earlier names win.
NAMES: dict[str, tuple[str, ...]] = {
    "email": (
        "Email",
        "Email address",
        "E-mail",
        "E-mail address",
        "Work email",
        "Business email",
        "Person - Email - Work",
        "Person - Email",
        "Contact email",
        "Primary email",
        "Person - Email - Other",
        "Person - Email - Home",
    ),
    "first_name": ("First name", "Given name", "Person - First name", "Contact first name"),
    "last_name": (
        "Last name",
        "Surname",
        "Family name",
        "Person - Last name",
        "Contact last name",
    ),
    "full_name": ("Full name", "Name", "Person - Name", "Contact name", "Contact full name"),
    "title": ("Job title", "Title", "Position", "Person - Job title", "Contact title"),
    "phone": (
        "Phone number",
        "Phone",
        "Business phone",
        "Work phone",
        "Person - Phone - Work",
        "Person - Phone",
        "Direct phone",
        "Mobile phone number",
        "Mobile",
        "Mobile phone",
        "Person - Phone - Mobile",
    ),
    "company": (
        "Company name",
        "Company",
        "Associated company",
        "Primary associated company",
        "Account name",
        "Account",
        "Organization",
        "Organisation",
        "Organization - Name",
        "Person - Organization",
    ),
    "domain": (
        "Company domain name",
        "Company domain",
        "Domain",
        "Website URL",
        "Website",
        "Account website",
        "Organization - Website",
    ),
    "country": (
        "Country/Region",
        "Country",
        "Country code",
        "Mailing country",
        "Mailing country code",
        "Billing country",
        "Person - Country",
        "Organization - Country of Address",
        "Organization - Country",
    ),
    "region": (
        "State/Region",
        "State/Province",
        "State",
        "Region",
        "Province",
        "State/Region code",
        "State code",
        "Mailing state/province",
        "Mailing state",
        "Billing state/province",
        "Person - State",
        "Organization - State/county of Address",
    ),
    "time_zone": ("Time zone", "Contact time zone", "TZ"),
    "sic": ("SIC", "SIC code", "Industry code SIC", "Primary SIC code"),
    "naics": ("NAICS", "NAICS code", "Industry code NAICS", "Primary NAICS code"),
    "industry_code": ("Industry code", "Industry code SIC/NAICS", "SIC/NAICS code"),
    "employees": (
        "Number of employees",
        "Employees",
        "Employee count",
        "No. of employees",
        "Headcount",
        "Organization - Number of employees",
    ),
    "revenue": ("Annual revenue", "Revenue", "Yearly revenue", "Organization - Annual revenue"),
    "currency": ("Currency", "Revenue currency", "Annual revenue currency", "Currency ISO code"),
    "owner": (
        "Contact owner",
        "Owner",
        "Owner email",
        "Contact owner email",
        "Account owner",
        "Lead owner",
        "Person - Owner",
    ),
    "opted_out": (
        "Unsubscribed from all email",
        "Opted out of all email",
        "Email opt out",
        "Has opted out of email",
        "Opted out",
        "Unsubscribed",
        "Person - Unsubscribed",
    ),
    "stage": ("Lifecycle stage", "Relation", "Account type"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known field stands, its header as written, and the headers we do not read."""

    width: int
    at: dict[str, int]
    written: dict[str, str]
    ignored: tuple[str, ...]


def columns_of(header: tuple[str, ...], origin: str) -> Columns:
    """Recognise the header row. Raises SheetError when it names no email column."""
    wanted = [_plain(name) for name in header]
    at: dict[str, int] = {}
    for field, names in NAMES.items():
        for name in names:
            if _plain(name) in wanted:
                at[field] = wanted.index(_plain(name))
                break
    if "email" not in at:
        raise _no_email(header, origin)
    known = set(at.values())
    ignored = tuple(name.strip() or f"(column {i + 1}, no name)" for i, name in enumerate(header) if i not in known)
    return Columns(len(header), at, {f: header[i].strip() for f, i in at.items()}, ignored)


def field_of(header: str) -> str:
    """The campaign's field that a column called so is for: "field.goal"; empty when it is for none."""
    first, _, rest = header.strip().removeprefix("\ufeff").partition(".")
    return rest.strip() if first.strip().casefold() in ("field", "fields") else ""


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _no_email(header: tuple[str, ...], origin: str) -> SheetError:
    found = ", ".join(f'"{name.strip()[:40]}"' for name in header[:12])
    if any("@" in name for name in header):
        return SheetError(
            f"{origin}, line 1: the first line holds a contact ({found}), but it must name the "
            'columns. Put a line above it such as "Email,First name,Last name,Company name".'
        )
    return SheetError(
        f'{origin}, line 1: there is no column "Email" among {found}. Add it, or rename the '
        'column with the addresses to "Email" (also understood: "Email address", "Work email").'
    )
