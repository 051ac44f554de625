"""Scans a folder: walks it, reads what can show a sign, and proposes answers."""

from __future__ import annotations

import posixpath
import re
import time
import warnings
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor import __version__
from advisor.errors import InvalidInput
from advisor.files import MIB
from advisor.model.progress import OnProgress
from advisor.model.question import Question
from advisor.model.recommendation import Tool
from advisor.model.scan import LeftOut, ScanReport
from advisor.model.sign import Signs
from advisor.scanning.code import NotPython, parse, read_lines, read_tree
from advisor.scanning.lookout import Captured, Lookout, escaped
from advisor.scanning.notebook import read_notebook
from advisor.scanning.propose import propose
from advisor.scanning.requirements import (
    LOCKS,
    Reader,
    Unreadable,
    named_files,
    read_constraints,
    read_requirements,
    reader_of,
)
from advisor.scanning.seen import Seen
from advisor.scanning.walk import TooLarge, is_file, read_bytes, read_ends, through_link, walk

CODE_LIMIT = MIB // 2
TEXT_LIMIT = 2 * MIB
# TOML takes long: seconds for what JSON, in notebooks, takes a fraction of one.
LOCK_LIMIT = 8 * MIB
NOTEBOOK_LIMIT = 32 * MIB
ENDS = 1 << 16

_OWN = re.compile(r"(?:(?:src|lib|python)/)?([^/]+)/(?:.+/)?__init__\.py")
"""The packages that a project is made of."""
TIME_LIMIT_S = 18.0


def scan(
    folder: str,
    signs: Signs,
    signs_hash: str,
    questions: Sequence[Question],
    *,
    limit_s: float = TIME_LIMIT_S,
    progress: OnProgress = lambda done, total: None,
) -> ScanReport:
    """What the files in a folder speak for. `progress(done, total)` is called now and then, with a total of 0 as long
    as files are still being listed. After `limit_s` seconds what has not been read is left out and counted.

    Raises `InvalidInput` where there is no such folder.
    """
    try:
        root = Path(folder).resolve(strict=True)
    except (OSError, RuntimeError):
        raise InvalidInput(f"{folder}: there is no such folder", "Give the folder of a project.") from None
    if not root.is_dir():
        raise InvalidInput(f"{folder}: is not a folder", "Give the folder of a project.")
    run = _Scan(str(root), Lookout(signs), time.monotonic() + limit_s, progress)
    captured = run.all()
    proposals, unsettled = propose(signs, questions, captured)
    return ScanReport(
        tool=Tool(version=__version__),
        folder=escaped(folder),
        signs_hash=signs_hash,
        files=run.files,
        read=run.read,
        proposals=proposals,
        unsettled=unsettled,
        left_out=tuple(LeftOut(what=w, count=n, example=escaped(run.example[w])) for w, n in run.left_out.items()),
    )


class _Scan:
    """One scan under way."""

    def __init__(self, root: str, lookout: Lookout, deadline: float, progress: OnProgress) -> None:
        self._root = root
        self._lookout = lookout
        self._deadline = deadline
        self._progress = progress
        self._own: set[str] = set()
        self._waiting: deque[str] = deque()
        self._looked_at: set[str] = set()
        self._named: dict[str, Reader] = {}
        """Files that requirements files name, and who reads them."""
        self.files = 0
        self.read = 0
        self.left_out: Counter[str] = Counter()
        self.example: dict[str, str] = {}

    def _leave_out(self, what: str, path: str) -> None:
        self.left_out[what] += 1
        self.example.setdefault(what, path)

    def all(self) -> list[Captured]:
        """Everything captured in all files: first in those that say most."""
        captured: list[Captured] = []
        # What says what is required, text, model files, code: in this order, so that time runs out on the last.
        queues: tuple[list[str], ...] = ([], [], [], [])
        for path in walk(self._root, self._lookout.pruned, self._leave_out):
            self.files += 1
            if not self.files % 1000:
                self._progress(self.files, 0)
                if time.monotonic() > self._deadline:
                    self._leave_out("folders for which there was no time, from here on", path)
                    break
            captured += self._lookout.in_name(path)
            if own := _OWN.fullmatch(path):
                self._own.add(own[1])
            rank = self._rank(path)
            if rank is not None:
                queues[rank].append(path)
        self._waiting.extend(path for queue in queues for path in queue)
        with warnings.catch_warnings():
            # What is dubious in other people's code is no business of ours.
            warnings.simplefilter("ignore")
            captured += self._in_waiting()
        return captured

    def _in_waiting(self) -> Iterator[Captured]:
        """What the files show that wait, and those that they name, which come next; each once."""
        while self._waiting:
            done = len(self._looked_at)
            if not done % 50:
                self._progress(done, done + len(self._waiting))
            path = self._waiting.popleft()
            if time.monotonic() > self._deadline:
                self._leave_out("files for which there was no time", path)
                self.left_out["files for which there was no time"] += len(self._waiting)
                return
            if path not in self._looked_at:
                self._looked_at.add(path)
                yield from self._in(path)

    def _rank(self, path: str) -> int | None:
        """In which queue a file waits, None if it needn't be read."""
        if reader_of(path):
            return 0
        if path.endswith((".py", ".pyw", ".ipynb")):
            return 3
        if self._lookout.has_lines(path):
            return 1
        return 2 if self._lookout.formats_for(path) else None

    def _in(self, path: str) -> list[Captured]:
        """What one file shows. Whatever is wrong with it is noted, never raised."""
        try:
            self.read += 1
            return list(self._captured(path))
        except OSError:
            self._leave_out("files that can't be read", path)
        except TooLarge:
            self._leave_out("files beyond the limit on size", path)
        except (Unreadable, ValueError):  # numbers too long to be read as such, among others
            self._leave_out("files that are not what their names say", path)
        except (RecursionError, MemoryError):
            self._leave_out("files too deeply nested", path)
        return []

    def _captured(self, path: str) -> Iterator[Captured]:
        if self._lookout.formats_for(path):
            yield from self._lookout.in_head(path, *read_ends(self._root, path, ENDS))
        reader, lined = reader_of(path) or self._named.get(path), self._lookout.has_lines(path)
        python, notebook = path.endswith((".py", ".pyw")), path.endswith(".ipynb")
        if not (reader or lined or python or notebook):
            return
        long = NOTEBOOK_LIMIT if notebook else LOCK_LIMIT if reader in LOCKS else TEXT_LIMIT
        content = read_bytes(self._root, path, CODE_LIMIT if python else long)
        text = content.decode("utf-8-sig", "replace") if reader or lined or notebook else ""
        if lined:
            yield from self._lookout.in_lines(path, text)
        found: list[Seen] = []
        if python and self._lookout.mentions.search(content):
            text = text or content.decode("utf-8-sig", "replace")
            found += self._code(path, content, text)
        elif notebook:
            try:
                found += read_notebook(text)
            except ValueError:
                raise Unreadable from None
        if reader in (read_requirements, read_constraints):
            self._follow(path, text)
        if reader:
            found += reader(text, path)
        if found:
            yield from self._lookout.in_code(path, found, text.split("\n"), self._own)

    def _follow(self, path: str, text: str) -> None:
        """Have the files read that a requirements file names, as far as they lie in the folder."""
        for name, reader in dict.fromkeys(named_files(text)):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/")))
            known, where = self._named.get(target), f"{path}: {name[:99]}"
            if f"{target}/".startswith(("/", "../")) or "://" in name:
                self._leave_out("requirements that lie elsewhere", where)
            elif not is_file(self._root, target):
                self._leave_out("requirements files that are named and not there", where)
            elif through_link(self._root, target):
                self._leave_out("links, which are not followed", target)
            elif known not in (reader, read_requirements):
                self._named[target] = reader
                # What somebody requires counts more than what somebody else limits, so the latter is read last.
                (self._waiting.appendleft if reader is read_requirements else self._waiting.append)(target)

    def _code(self, path: str, content: bytes, text: str) -> Iterator[Seen]:
        try:
            yield from read_tree(parse(content))
        except NotPython:
            self._leave_out("Python files that can't be parsed; their imports were read by line", path)
            yield from read_lines(text)
