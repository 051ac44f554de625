"""What the pages show of the program's output is what it says."""

import pytest

from tests.support.pages import ROOT, remade, shown_on


@pytest.mark.parametrize("page", shown_on(), ids=lambda page: page.name)
def test_a_page_shows_what_is_said(page, tmp_path):
    """If it doesn't: `make examples`."""
    assert remade(page.read_text(), tmp_path) == page.read_text()


def test_the_outputs_are_found():
    pages = shown_on()
    assert {page.relative_to(ROOT).as_posix() for page in pages} >= {
        f"docs/{name}.md" for name in ("batch", "explaining", "knowledge")
    }
    assert sum(page.read_text().count("    $ advisor ") for page in pages) >= 11
