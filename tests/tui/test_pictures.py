"""The pictures in the documentation can be made, and the documentation shows those that are made."""

import os
import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from advisor.knowledge.load import load
from tests.support import profiles
from tests.tui.picture import IN_BROWSER, PICTURES, photograph, photograph_page
from tests.web.browser import BROWSER

DOCS = Path(__file__).parents[2] / "docs"
SHOWS = {
    "verdict": "How often it ranks first",
    "pictures/welcome": "PyTorch or Keras",
    "pictures/question": "can still matter",
    "pictures/beside": "How it stands",
    "pictures/usual": "Which are different for you?",
    "pictures/why": "Why this is asked",
    "pictures/ticks": "Nothing ticked means: none of these.",
    "pictures/number": "250 ▎ million parameters",
    "pictures/pause": "Go on with the questions",
    "pictures/questions": "All questions",
    "pictures/keys": "Take this answer back",
    "pictures/palette": "Choose a theme, dark or light",
    "pictures/measuring": "Verdict so far",
    "pictures/measuring-done": "Measure all again, quickly",
    "pictures/measuring-offered": "Measure quickly",
    "pictures/verdict": "ranks first",
    "pictures/reasons": "Reasons: ",
    "pictures/criteria": "a column adds up to the score",
    "pictures/detail": "What it rests on",
    "pictures/what-if": "tried, nothing saved",
    "pictures/measured": "Medians over launches",
    "pictures/next": "Warnings",
    "pictures/sources": "sources cited",
    "pictures/capabilities": "works with the extra package named",
    "pictures/claims": "On this machine",
    "pictures/charts": "Each shape has its figure",
    "pictures/trade-offs": "Which would you rather have",
    "pictures/export": "Decision record",
}
"""What can be read in each."""


def read(svg: str) -> str:
    """The words of a picture."""
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return " ".join(" ".join("".join(text.itertext()).split()) for text in texts)


def is_picture(png: bytes) -> bool:
    """Whether it is one of a window's size, and small enough for a repository."""
    width, height = (int.from_bytes(png[start : start + 4]) for start in (16, 20))
    return png.startswith(b"\x89PNG\r\n") and 900 < width < 1200 and 500 < height < 800 and len(png) < 200_000


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_can_be_made_and_shows_its_screen(name):
    assert SHOWS[name] in read(await photograph(PICTURES[name], profiles.measurements(load(), random.Random(1))))


@pytest.mark.skipif(BROWSER is None or os.name != "posix", reason="no Chromium or Chrome is installed")
async def test_a_picture_of_the_page_can_be_made():
    assert is_picture(await photograph_page(profiles.measurements(load(), random.Random(1))))


def test_the_picture_of_the_page_is_there_and_shown():
    assert is_picture((DOCS / f"{IN_BROWSER}.png").read_bytes())
    assert f"]({IN_BROWSER}.png)" in (DOCS / "serve.md").read_text("utf-8")


def test_the_documentation_shows_the_pictures_that_are_made():
    pages = {page: page.read_text("utf-8") for page in (DOCS / "terminal.md", DOCS.parent / "README.md")}
    named = {
        (page.parent / name).relative_to(DOCS).with_suffix("").as_posix()
        for page, text in pages.items()
        for name in re.findall(r"!\[[^]]*\]\(([^)]+\.svg)\)", text)
    }
    assert named == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_kept_shows_its_screen(name):
    assert SHOWS[name] in read((DOCS / f"{name}.svg").read_text("utf-8"))
