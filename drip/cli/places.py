"""Where campaign files and templates are, and campaigns whose name was nearly right."""

from pathlib import Path

from drip.catalog.files import CAMPAIGNS, TEMPLATES, NoCampaignError, find_campaign, list_campaigns
from drip.cli.output import InputError
from drip.cli.words import nearest
from drip.config import load_settings


def campaigns() -> Path:
    """The folder of campaign files: the project's own, or that of DRIP_CAMPAIGNS."""
    return load_settings().campaigns or CAMPAIGNS


def templates() -> Path:
    """The folder of templates: the project's own, or that of DRIP_TEMPLATES. Raises InputError."""
    folder = load_settings().templates or TEMPLATES
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Set DRIP_TEMPLATES to the folder with the letters.")
    return folder


def campaign_file(name: str) -> Path:
    """The file of a campaign by key or path. Raises NoCampaignError, with the nearest key."""
    folder = campaigns()
    try:
        found = find_campaign(name, folder)
    except NoCampaignError as error:
        known = [path.stem for path in list_campaigns(folder)]
        raise NoCampaignError(f"{error}{nearest(Path(name).stem, known)}") from None
    here = Path.cwd()
    return found.relative_to(here) if found.is_relative_to(here) else found
