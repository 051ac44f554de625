"""Makes the outputs that the pages show anew: `python -m tests.support.pages`, or of some pages alone with their names.

An output stands in an indented block behind `$ advisor …`, and a file that the commands read behind `$ cat …`. What
else they read is made by those that write a file with `-o`, in such a block or in one without `$`. `…` as the first or
last line of an output says that something is left out there: what is shown then begins with the same line as before,
or has as many lines.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^ {4}\S.*\n(?:(?: {4}.*)?\n(?= {4})|(?: {4}.*\n))*", re.MULTILINE)
_COMMAND = re.compile(r"\$ ((?:.*\\\n)*.*\n)")
_SHOWS = re.compile(r"^ {4}\$ advisor ", re.MULTILINE)
_LEFT_OUT = "…"


def shown_on() -> list[Path]:
    """The pages that show outputs."""
    pages = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    return [page for page in pages if _SHOWS.search(page.read_text())]


def remade(page: str, folder: Path) -> str:
    """The page with its outputs as they are now. Commands run in a folder in which `docs` and `tests` are the
    project's. Raises `CalledProcessError` where one fails."""
    for name in ("docs", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return _BLOCK.sub(lambda block: _again(block[0], folder), page)


def _again(block: str, folder: Path) -> str:
    text = re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
    if not text.startswith("$ "):
        for line in re.findall(r"^advisor .* -o .*$", text, re.MULTILINE):
            _run(line, folder)
        return block
    shown = []
    for part in re.split(r"^(?=\$ )", text, flags=re.MULTILINE)[1:]:
        command = _COMMAND.match(part)
        shown.append(command[0] + _like(part[command.end() :], _run(command[1], folder)))
    return re.sub(r"^(?=.)", " " * 4, "".join(shown), flags=re.MULTILINE)


def _run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command.replace("\\\n", " "))
    environment = {
        **os.environ,
        "COLUMNS": "80",
        **dict.fromkeys(("XDG_CACHE_HOME", "XDG_DATA_HOME"), str(folder / "home")),
    }
    advisor = [sys.executable, "-P", "-m", "advisor", *arguments, "-q"]
    run = advisor if program == "advisor" else [program, *arguments]
    done = subprocess.run(
        run, cwd=folder, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    return done.stdout.decode()


def _like(before: str, now: str) -> str:
    """As much of an output as was shown of it before."""
    old, new = before.splitlines(), now.splitlines()
    if old[:1] == [_LEFT_OUT]:
        new = [_LEFT_OUT, *new[new.index(old[1]) :]]
    if old[-1:] == [_LEFT_OUT]:
        new = [*new[: len(old) - 1], _LEFT_OUT]
    return "".join(f"{line}\n" for line in new)


def main() -> None:
    """Write the pages named anew, or all."""
    for page in map(Path, sys.argv[1:]) if sys.argv[1:] else shown_on():
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(remade(page.read_text(), Path(folder)))


if __name__ == "__main__":
    main()
