"""The README's picture, as a browser shows it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next((path for name in NAMES if (path := shutil.which(name))), None)
QUIET = ("background-networking", "component-update", "sync")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *(f"--disable-{name}" for name in QUIET)]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
def test_the_picture_renders_in_a_browser(tmp_path):
    """The verdict's words are laid out on the page, inside the picture, without an error in the markup."""
    (picture,) = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    svg = (ROOT / picture).read_text()
    page = tmp_path / "page.html"
    script = (
        "const box = e => e.getBoundingClientRect(), svg = document.querySelector('svg'), edge = box(svg).right + 1;"
        "const seen = [...svg.querySelectorAll('text')].filter(t => box(t).width > 0 && box(t).right <= edge);"
        "document.body.dataset.words = seen.map(t => t.textContent).join(' ');"
    )
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{svg}<script>{script}</script>", encoding="utf-8")
    command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    words = re.search(r'data-words="([^"]*)"', done.stdout)
    assert words, done.stderr[-2000:]
    for expected in ("Verdict", "PyTorch", "ranks", "What", "Export"):
        assert expected in words[1]
