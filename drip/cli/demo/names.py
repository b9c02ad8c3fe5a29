"""What people, their firms and their jobs are called in the demo, and what is on their minds."""

from dataclasses import dataclass

FIRST = {
    "en": (
        *("Ann", "Marcus", "Denise", "Walter", "Priya", "Luis", "Karen", "Tom", "Aisha", "Greg", "Nora", "Victor"),
        *("Janelle", "Pete", "Mei", "Darnell", "Sofia", "Hank", "Ruth", "Diego", "Ellen", "Kofi", "Laurie", "Sam"),
        *("Beth", "Omar", "Carla", "Wes", "Yuki", "Frank", "Tamara", "Colin", "Siobhán", "Raj", "Gail", "Mateo"),
        *("Irene", "Curtis", "Hana", "Doug", "Renée", "Alan", "Fiona", "Jorge", "Peg", "Noah", "Lena", "Stan"),
    ),
    "fr": ("Geneviève", "Étienne", "Maxime", "Hélène", "Luc", "Mélanie", "Benoît", "Zoé", "Raphaël", "Noémie"),
    "de": ("Jürgen", "Käthe", "Björn", "Sabine", "Jörg", "Anneliese", "Günther", "Heike", "Matthias", "Ümit"),
}
LAST = {
    "en": (
        *("Jones", "Okafor", "Whitfield", "Brandt", "Raman", "Castillo", "Novak", "Pruitt", "Haddad", "Lindqvist"),
        *("Tran", "Kowalski", "Beckett", "Morales", "Hughes", "Sato", "Dunleavy", "Fenn", "Abbott", "Quigley"),
        *("Vance", "Delgado", "Ochs", "Yamada", "Pell", "Grady", "Ferreira", "Stokes", "McNeil", "O'Hara"),
        *("Larkin", "Bauer", "Chandra", "Whitaker", "Reyes", "Sorensen", "Tully", "Nash", "Iyer", "Crowe"),
        *("Van Dyke", "Mbeki", "Hollis", "Pak", "Romero", "Teague", "Wójcik", "Ellery", "Kerr", "D'Angelo"),
    ),
    "fr": ("Tremblay", "Gagné", "Côté", "Bélanger", "Lefèvre", "Saint-Amour", "Pépin", "Thériault", "Morin"),
    "de": ("Müller", "Schäfer", "Größ", "Vögele", "Kuhn", "Strauß", "Böhm", "Weiß", "Öztürk", "Lang"),
}


@dataclass(frozen=True, slots=True)
class Trade:
    """What a firm makes: the word in its name, and its codes in both systems."""

    word: str
    sic: str
    naics: str


MAKERS = (
    Trade("Castings", "3321", "331511"),
    Trade("Tool & Die", "3544", "333514"),
    Trade("Plastics", "3089", "326199"),
    Trade("Packaging", "2653", "322211"),
    Trade("Valve", "3491", "332911"),
    Trade("Bearing", "3562", "332991"),
    Trade("Pump", "3561", "333914"),
    Trade("Forge", "3462", "332111"),
    Trade("Gear", "3566", "333612"),
    Trade("Spring", "3493", "332613"),
    Trade("Coatings", "3479", "332812"),
    Trade("Foods", "2099", "311999"),
    Trade("Paper", "2621", "322121"),
    Trade("Glass", "3221", "327213"),
    Trade("Chemical", "2899", "325998"),
    Trade("Circuits", "3672", "334412"),
    Trade("Bottling", "2086", "312111"),
    Trade("Machining", "3599", "332710"),
)
OTHERS = (  # outside the campaign's profile
    Trade("Hotels", "7011", "721110"),
    Trade("Law Partners", "8111", "541110"),
    Trade("Freight", "4213", "484121"),
    Trade("Software", "7372", "513210"),
)
PLACES_IN_NAMES = (
    *("Lakeshore", "Ironwood", "Cedar Fork", "Halvorsen", "Two Rivers", "Summit", "Blackstone", "Prairie", "Keystone"),
    *("Harbor", "Redfield", "Northgate", "Copperhill", "Maple Ridge", "Delta", "Granite", "Bayside", "Whitewater"),
    *("Old Mill", "Silver Creek", "Tri-County", "Foxglove", "Highline", "Canyon", "Meridian", "Oak Bluff"),
)
SUFFIXES = {
    "en": ("Inc.", "LLC", "Co.", "Corp.", "Works", "& Sons"),
    "fr": ("inc.", "ltée"),
    "de": ("GmbH", "GmbH & Co. KG", "AG"),
}
TITLES = {
    "en": (
        *("Plant Manager", "Maintenance Manager", "VP Operations", "Director of Manufacturing", "Reliability Engineer"),
        *("Production Manager", "COO", "Continuous Improvement Lead", "Operations Manager", "Owner"),
    ),
    "fr": ("Directeur d'usine", "Chef de la maintenance", "Vice-présidente, Opérations"),
    "de": ("Werkleiter", "Leiterin Instandhaltung", "Geschäftsführer", "Produktionsleiterin"),
}
HOT_BUTTONS = (
    *("unplanned stops on line 2", "changeovers that take a whole shift", "spare parts nobody can find"),
    *("the filler that jams on Mondays", "scrap after every restart", "overtime in the maintenance crew"),
    *("losing the two people who know the old press", "a maintenance backlog of eleven weeks"),
)
REASONS = (
    *("budget opens in the autumn", "new plant manager starts in spring", "ERP project until summer"),
    *("capital freeze this fiscal year", "wants to see the audit first", "merging two plants until June"),
)
NEXT_STEPS = ("walk the line together", "call with their controller", "a pilot on one machine", "send the audit list")
SPANISH = frozenset({"Castillo", "Morales", "Delgado", "Reyes", "Romero"})  # who may write it, too
