"""The files a new campaign begins with: itself, and for each letter a subject and a body to be written."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from drip.catalog.parse import is_key
from drip.domain.errors import DripError

_CAMPAIGN = """name = "{name}"

# What is not written here has its default: one letter a month, Monday to Friday from 08:00 to 17:00
# where the prospect is, until somebody says stop. campaigns/README.md has all that can be written.
"""
_STEP = """
[[steps]]
key = "{letter}"
"""
_SUBJECT = "[[what you would type to one person]]\n"
_BODY = """{{% extends "layouts/letter.html" %}}

{{% block preheader %}}[[What a list of mails shows behind the subject.]]{{% endblock %}}

{{% block message %}}
<p>[[The one idea of this letter, in a sentence or two.]]</p>
<p>[[How to do it: something to try this week, without you.]]</p>
<p><a href="{{{{ links.to("https://www.example.com/{letter}") }}}}">[[This page]]</a> [[says more.]]</p>
{{% endblock %}}
"""


class KeyNameError(DripError):
    """What cannot be the key of a campaign or a letter. The text says why."""


def starter(key: str, name: str, letters: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """(path, text) of each file: `<key>.toml` of the campaigns folder first, then those of the templates folder,
    which begin with `<key>/`. Raises KeyNameError.
    """
    for word, what in ((key, "campaign"), *((letter, "letter") for letter in letters)):
        if not is_key(word):
            raise KeyNameError(f'"{word}" cannot be the key of a {what}. Use a-z, 0-9 and hyphens: safety-first.')
    if "closing" in letters:
        raise KeyNameError('"closing" is the key of the closing email. Call the letter something else.')
    twice = next((letter for at, letter in enumerate(letters) if letter in letters[:at]), None)
    if twice:
        raise KeyNameError(f'Two letters cannot both be "{twice}". Give each a key of its own.')
    steps = "".join(_STEP.format(letter=letter) for letter in letters)
    yield Path(f"{key}.toml"), _CAMPAIGN.format(name=name.replace("\\", "").replace('"', "'")) + steps
    for letter in letters:
        yield Path(key, letter, "subject.txt"), _SUBJECT
        yield Path(key, letter, "body.html"), _BODY.format(letter=letter)
