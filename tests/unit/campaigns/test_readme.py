"""What campaigns/README.md names is there, and what is there it names; the acceptance tests follow it."""

import re

from drip.catalog.files import CAMPAIGNS, TEMPLATES, list_campaigns
from drip.catalog.values import known_paths

README = (CAMPAIGNS / "README.md").read_text("utf-8")


def test_every_value_a_letter_may_use_is_named():
    for path in known_paths(()):
        assert f"`{path[0]}`" in README
        assert f"`{path[1]}`" in README


def test_every_campaign_of_ours_is_named():
    named = re.findall(r"^\| `([a-z-]+)` \| [a-z\d]", README.partition("## 1.")[0], re.MULTILINE)
    assert sorted(named) == [file.stem for file in list_campaigns()]


def test_every_block_of_the_layout_is_named():
    layout = (TEMPLATES / "layouts" / "letter.html").read_text("utf-8")
    blocks = re.findall(r"{% block (\w+) %}", layout)
    assert "why" in blocks
    for block in blocks:
        assert f"`{block}`" in README or f"{{% block {block} %}}" in README
