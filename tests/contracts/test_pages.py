"""What the pages show of the program's output is what it says."""

from pathlib import Path

from tests.support.pages import remade

ROOT = Path(__file__).parents[2]


def test_the_page_on_explaining_shows_what_is_said(tmp_path):
    """If it isn't: `make examples`."""
    page = (ROOT / "docs" / "explaining.md").read_text()
    assert page.count("    $ advisor ") >= 8
    assert remade(page, tmp_path) == page
