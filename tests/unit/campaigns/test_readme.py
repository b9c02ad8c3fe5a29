"""What campaigns/README.md tells marketing to write must pass the check as it stands there."""

import re
import shutil

from drip.catalog.check import check_file
from drip.catalog.files import CAMPAIGNS, TEMPLATES
from drip.catalog.parse import parse_campaign
from drip.catalog.values import known_paths

README = (CAMPAIGNS / "README.md").read_text("utf-8")


def example(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)[0]


def test_the_campaign_and_letter_shown_pass_the_check(tmp_path):
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES / "layouts", templates / "layouts")
    shutil.copytree(TEMPLATES / "closing-your-file", templates / "closing-your-file")
    file = tmp_path / "safety-first.toml"
    file.write_text(example("toml"), "utf-8")
    for step in parse_campaign(example("toml"), str(file)).steps:
        folder = templates / step.template
        folder.mkdir(parents=True)
        (folder / "subject.txt").write_text("the near misses nobody reports\n", "utf-8")
        (folder / "body.html").write_text(example("html"), "utf-8")
    assert check_file(file, templates) == []


def test_every_value_a_letter_may_use_is_named():
    for path in known_paths(()):
        assert f"`{path[0]}`" in README
        assert f"`{path[1]}`" in README
