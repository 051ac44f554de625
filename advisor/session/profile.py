"""The profile: where the answers of a sitting are saved as they are given, for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from platformdirs import user_data_path

from advisor.errors import InvalidInput
from advisor.files import write_whole
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.session.answers import read_answers, written_answers
from advisor.session.way import Way, read_way, written_way

ONCE = ("flag", "scan")
"""Origins of answers that were meant for this once: what a scan proposes and nobody has looked at is no answer."""
_BEGUN = "# Begun from: "


def profile_path() -> Path:
    """Where answers are saved as they are given."""
    return user_data_path("advisor", appauthor=False) / "answers.yaml"


def to_keep(before: Mapping[str, Answer], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """What a sitting leaves for the next one: its answers, with those from `before` it in the place of what a flag or
    a scan gave."""
    kept = {name: before.get(name) if answer.origin in ONCE else answer for name, answer in answers.items()}
    return {name: answer for name, answer in kept.items() if answer is not None}


class Profile:
    """One sitting's hold on the profile.

    A sitting that begins with a file of answers, `source`, leaves the file as it is and saves everything in the
    profile. When the same file is named again, what was answered beyond it is taken up again; the answers of another
    sitting, that were in the profile, are kept in a file beside it.
    """

    def __init__(
        self, path: Path, before: Mapping[str, Answer], source: str = "", others: bool = False, way: Way | None = None
    ) -> None:
        self.path = path
        self.before = dict(before)
        """The answers at the start, without those of flags."""
        self.source = source
        """The file that the sitting began with, or ""."""
        self.others = others
        """Whether the profile holds answers of another sitting, which will be put aside."""
        self.way = way or Way()
        """The way through the questions at the start."""
        self.begun = way is not None
        """Whether the profile holds what was given in this sitting, or in one that it goes on with. One who only looks
        around before is no reason to put others' answers aside."""

    @classmethod
    def opened(cls, path: Path, knowledge: Knowledge, named: str | None) -> Profile:
        """The profile for a sitting that begins with the answers in the file `named`, or in the profile itself.

        Raises `InvalidInput` where those can't be read."""
        found = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        heading = next((line for line in found.splitlines() if line.startswith(_BEGUN)), _BEGUN)
        source = heading.removeprefix(_BEGUN).strip()
        if named is None or (named != "-" and Path(named).resolve() == path.resolve()):
            way = read_way(found, knowledge.question) if found else None
            return cls(path, read_answers(knowledge, str(path)) if found else {}, source, way=way)
        before = read_answers(knowledge, named)
        here = "" if named == "-" else str(Path(named).resolve())
        if not here or here != source:
            return cls(path, before, here, others=bool(found))
        # What others have made of it meanwhile is no reason not to begin.
        with suppress(InvalidInput):
            before = read_answers(knowledge, str(path)) | before
        return cls(path, before, here, way=read_way(found, knowledge.question))

    def save(self, answers: Mapping[str, Answer], way: Way) -> None:
        """Save a sitting's answers and its way. Raises `InvalidInput` where that can't be done."""
        if self.others:
            self._put_aside()
            self.others = False
        heading = f"{_BEGUN}{self.source}\n" if self.source else ""
        write_whole(self.path, heading + written_answers(to_keep(self.before, answers)) + written_way(way))
        self.begun = True

    def start_afresh(self) -> None:
        """Forget the answers at the start and where they came from; those in the profile are put aside with the first
        answer that is saved."""
        self.before, self.source, self.way = {}, "", Way()
        self.others, self.begun = True, False

    def _put_aside(self) -> None:
        """Keep what is in the profile in a file beside it, which takes the place of none."""
        text = self.path.read_text(encoding="utf-8", errors="replace") if self.path.is_file() else ""
        names = (f"{self.path.stem}.previous{f'-{n}' if n > 1 else ''}{self.path.suffix}" for n in count(1))
        for aside in map(self.path.with_name, names):
            kept = aside.read_text(encoding="utf-8", errors="replace") if aside.is_file() else None
            if kept is None and text:
                write_whole(aside, text)
            if kept in (None, text):
                return
