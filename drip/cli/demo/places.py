"""Where the demo's prospects live: country, region, time zone, and how an export writes them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`region` is the code public holidays go by, `state` how a person writes it; `tongue` which names people have."""

    country: str  # ISO 3166 alpha-2
    region: str
    state: str
    zone: str  # IANA name
    town: str
    phone: str  # a number but for its last four digits
    certain: bool = True  # country and region leave no doubt about the zone
    tongue: str = "en"


COUNTRIES = {  # as different people typed them
    "US": ("United States", "United States", "USA", "US", "United States of America"),
    "CA": ("Canada", "Canada", "CA"),
    "GB": ("United Kingdom", "UK", "Great Britain"),
    "IE": ("Ireland",),
    "DE": ("Germany", "Deutschland"),
    "AU": ("Australia",),
    "FR": ("France",),
    "BR": ("Brazil",),
}

AMERICAN = (
    Place("US", "NY", "New York", "America/New_York", "Rochester", "+1 585-555-"),
    Place("US", "OH", "Ohio", "America/New_York", "Dayton", "+1 937-555-"),
    Place("US", "PA", "Pennsylvania", "America/New_York", "Erie", "+1 814-555-"),
    Place("US", "NC", "North Carolina", "America/New_York", "Hickory", "+1 828-555-"),
    Place("US", "GA", "Georgia", "America/New_York", "Dalton", "+1 706-555-"),
    Place("US", "MA", "Massachusetts", "America/New_York", "Worcester", "+1 508-555-"),
    Place("US", "MI", "Michigan", "America/Detroit", "Grand Rapids", "+1 616-555-"),
    Place("US", "IN", "Indiana", "America/Indiana/Indianapolis", "Fort Wayne", "+1 260-555-"),
    Place("US", "IN", "Indiana", "America/Chicago", "Gary", "+1 219-555-", certain=False),
    Place("US", "KY", "Kentucky", "America/Kentucky/Louisville", "Louisville", "+1 502-555-", certain=False),
    Place("US", "FL", "Florida", "America/Chicago", "Pensacola", "+1 850-555-", certain=False),
    Place("US", "TN", "Tennessee", "America/New_York", "Knoxville", "+1 865-555-", certain=False),
    Place("US", "IL", "Illinois", "America/Chicago", "Rockford", "+1 815-555-"),
    Place("US", "WI", "Wisconsin", "America/Chicago", "Sheboygan", "+1 920-555-"),
    Place("US", "TX", "Texas", "America/Chicago", "Beaumont", "+1 409-555-"),
    Place("US", "TX", "Texas", "America/Denver", "El Paso", "+1 915-555-", certain=False),
    Place("US", "MN", "Minnesota", "America/Chicago", "Duluth", "+1 218-555-"),
    Place("US", "MO", "Missouri", "America/Chicago", "Joplin", "+1 417-555-"),
    Place("US", "LA", "Louisiana", "America/Chicago", "Lake Charles", "+1 337-555-"),
    Place("US", "CO", "Colorado", "America/Denver", "Pueblo", "+1 719-555-"),
    Place("US", "UT", "Utah", "America/Denver", "Ogden", "+1 801-555-"),
    Place("US", "ID", "Idaho", "America/Boise", "Nampa", "+1 208-555-"),
    Place("US", "AZ", "Arizona", "America/Phoenix", "Tempe", "+1 480-555-"),
    Place("US", "CA", "California", "America/Los_Angeles", "Fresno", "+1 559-555-"),
    Place("US", "WA", "Washington", "America/Los_Angeles", "Spokane", "+1 509-555-"),
    Place("US", "OR", "Oregon", "America/Los_Angeles", "Salem", "+1 503-555-"),
    Place("US", "AK", "Alaska", "America/Anchorage", "Anchorage", "+1 907-555-"),
    Place("US", "HI", "Hawaii", "Pacific/Honolulu", "Hilo", "+1 808-555-"),
)
CANADIAN = (
    Place("CA", "ON", "Ontario", "America/Toronto", "Hamilton", "+1 905-555-"),
    Place("CA", "ON", "Ontario", "America/Toronto", "Guelph", "+1 519-555-"),
    Place("CA", "QC", "Québec", "America/Toronto", "Trois-Rivières", "+1 819-555-", tongue="fr"),
    Place("CA", "QC", "Quebec", "America/Toronto", "Saguenay", "+1 418-555-", tongue="fr"),
    Place("CA", "AB", "Alberta", "America/Edmonton", "Red Deer", "+1 403-555-"),
    Place("CA", "BC", "British Columbia", "America/Vancouver", "Kelowna", "+1 250-555-"),
    Place("CA", "MB", "Manitoba", "America/Winnipeg", "Brandon", "+1 204-555-"),
    Place("CA", "SK", "Saskatchewan", "America/Regina", "Moose Jaw", "+1 306-555-"),
    Place("CA", "NS", "Nova Scotia", "America/Halifax", "Truro", "+1 902-555-"),
    Place("CA", "NB", "New Brunswick", "America/Halifax", "Moncton", "+1 506-555-", certain=False),
    Place("CA", "NL", "Newfoundland and Labrador", "America/St_Johns", "Gander", "+1 709-555-"),
)
OVERSEAS = (
    Place("GB", "ENG", "England", "Europe/London", "Walsall", "+44 1922 55"),
    Place("GB", "SCT", "Scotland", "Europe/London", "Falkirk", "+44 1324 55"),
    Place("GB", "NIR", "Northern Ireland", "Europe/London", "Lisburn", "+44 28 9255 "),
    Place("IE", "", "", "Europe/Dublin", "Shannon", "+353 61 55 "),
    Place("DE", "BW", "Baden-Württemberg", "Europe/Berlin", "Aalen", "+49 7361 55", tongue="de"),
    Place("DE", "BY", "Bayern", "Europe/Berlin", "Ansbach", "+49 981 55", tongue="de"),
    Place("DE", "NW", "Nordrhein-Westfalen", "Europe/Berlin", "Hagen", "+49 2331 55", tongue="de"),
    Place("DE", "SN", "Sachsen", "Europe/Berlin", "Zwickau", "+49 375 55", tongue="de"),
    Place("AU", "NSW", "New South Wales", "Australia/Sydney", "Newcastle", "+61 2 5550 "),
    Place("AU", "VIC", "Victoria", "Australia/Melbourne", "Geelong", "+61 3 5550 "),
    Place("AU", "SA", "South Australia", "Australia/Adelaide", "Whyalla", "+61 8 7010 "),
    Place("AU", "WA", "Western Australia", "Australia/Perth", "Kwinana", "+61 8 5550 "),
)
ABROAD = (  # where the campaign's profile ends
    Place("FR", "", "", "Europe/Paris", "Cholet", "+33 1 99 00 ", tongue="fr"),
    Place("BR", "SP", "São Paulo", "America/Sao_Paulo", "Sorocaba", "+55 15 5555-"),
)
