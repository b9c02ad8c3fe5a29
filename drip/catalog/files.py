"""Find campaign files and their folders: the project's own, or those the settings name."""

from pathlib import Path

from drip.domain.errors import DripError

PROJECT = Path(__file__).resolve().parents[2]
CAMPAIGNS = PROJECT / "campaigns"
TEMPLATES = PROJECT / "templates"


class NoCampaignError(DripError):
    """No campaign file goes by that name or path."""


def list_campaigns(folder: Path = CAMPAIGNS) -> list[Path]:
    """The campaign files of the folder, by key. Raises NoCampaignError when it is no folder."""
    if not folder.is_dir():
        raise NoCampaignError(f"{folder} is no folder. Set DRIP_CAMPAIGNS to the folder with the campaign files.")
    return sorted(folder.glob("*.toml"))


def find_campaign(name: str, folder: Path = CAMPAIGNS, beside: Path | None = None) -> Path:
    """The file of a campaign, by path or by key.

    A path is relative to the folder `beside` or to the working folder; a key is a file in
    `beside`, in campaigns/ of the working folder, or in `folder`. Raises NoCampaignError, which
    lists the keys in `folder`.
    """
    file = name if name.endswith(".toml") else f"{name}.toml"
    places = [place / file for place in (beside, Path()) if place is not None]
    if file != name:
        places += [Path("campaigns", file), folder / file]
    for place in places:
        if place.is_file():
            return place
    known = ", ".join(path.stem for path in sorted(folder.glob("*.toml"))) or "none"
    looked = ", ".join(str(place) for place in dict.fromkeys(places))
    raise NoCampaignError(f'There is no campaign "{name}". Looked for {looked}. Campaigns in {folder}: {known}.')
