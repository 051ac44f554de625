"""The profile: where the answers of a sitting are saved as they are given, for the next time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path

from platformdirs import user_data_path

from advisor.errors import InvalidInput
from advisor.files import write_whole
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.session.answers import read_answers, written_answers
from advisor.session.lock import alone
from advisor.session.way import Way, read_way, written_way

UNSEEN = ("scan",)
"""Origin of what is no answer: a scan proposes it, and nobody has looked at it."""
ONCE = ("flag", *UNSEEN)
"""Origins of answers that were meant for this once."""
_BEGUN = "# Begun from: "


def profile_path() -> Path:
    """Where answers are saved as they are given."""
    return user_data_path("advisor", appauthor=False) / "answers.yaml"


def to_keep(
    before: Mapping[str, Answer], answers: Mapping[str, Answer], once: Collection[str] = ONCE
) -> dict[str, Answer]:
    """What a sitting leaves for the next one: its answers, with those from `before` it in the place of what a flag or
    a scan gave, or whatever else is meant for this `once`."""
    kept = {name: before.get(name) if answer.origin in once else answer for name, answer in answers.items()}
    return {name: answer for name, answer in kept.items() if answer is not None}


def laid_over(held: Mapping[str, Answer], before: Mapping[str, Answer], now: Mapping[str, Answer]) -> dict[str, Answer]:
    """What somebody else may hold meanwhile, with what was given or taken back between `before` and `now`."""
    given = {name: answer for name, answer in now.items() if before.get(name) != answer}
    return {name: answer for name, answer in {**held, **given}.items() if name in now or name not in before}


def saving() -> AbstractContextManager[None]:
    """Other sittings wait with saving until this is over, so that none writes what another has replaced meanwhile."""
    return alone(profile_path().with_name(".lock"))


class Profile:
    """One sitting's hold on the profile.

    A sitting that begins with a file of answers, `source`, leaves the file as it is and saves everything in the
    profile. When the same file is named again, what was answered beyond it is taken up again; the answers of another
    sitting, that were in the profile, are kept in a file beside it. What a sitting at the same time saves there stays,
    unless this one gives or takes back the same.
    """

    def __init__(
        self,
        path: Path,
        knowledge: Knowledge,
        before: Mapping[str, Answer],
        source: str = "",
        *,
        others: bool = False,
        way: Way | None = None,
        found: Mapping[str, Answer] | None = None,
    ) -> None:
        self.path = path
        self._knowledge = knowledge
        self._saved = dict(found or {})
        """What of this sitting, or of one that it goes on with, is in the profile."""
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
        found = _text(path)
        source = _source(found)
        if named is None or (named != "-" and Path(named).resolve() == path.resolve()):
            way = read_way(found, knowledge.question) if found else None
            before = read_answers(knowledge, str(path)) if found else {}
            return cls(path, knowledge, before, source, way=way, found=before)
        before = read_answers(knowledge, named)
        here = "" if named == "-" else str(Path(named).resolve())
        if not here or here != source:
            return cls(path, knowledge, before, here, others=bool(found))
        way = read_way(found, knowledge.question)
        try:
            more = read_answers(knowledge, str(path))
        except InvalidInput:
            # What others have made of it meanwhile is no reason not to begin.
            return cls(path, knowledge, before, here, others=True, way=way)
        return cls(path, knowledge, more | before, here, way=way, found=more)

    def save(self, answers: Mapping[str, Answer], way: Way) -> None:
        """Save a sitting's answers and its way. Raises `InvalidInput` where that can't be done, or where another
        sitting has begun there meanwhile with other answers than this one did."""
        kept = to_keep(self.before, answers)
        with saving():
            held = self._held()
            heading = f"{_BEGUN}{self.source}\n" if self.source else ""
            text = written_answers(laid_over(held, self._saved if held else {}, kept))
            write_whole(self.path, heading + text + written_way(way))
        self._saved, self.begun = kept, True

    def _held(self) -> dict[str, Answer]:
        """What is in the profile now, to be gone on with."""
        if self.others:
            self._put_aside()
            self.others = False
            return {}
        found = _text(self.path)
        if found and _source(found) != self.source:
            begun = f"from {_source(found)}" if _source(found) else "anew"
            raise InvalidInput(
                f"{self.path}: another sitting has begun there meanwhile, {begun}; nothing more of this one is saved",
                "What was saved before is kept in a file beside it. End one of the two sittings.",
            )
        return read_answers(self._knowledge, str(self.path)) if found else {}

    def start_afresh(self) -> None:
        """Forget the answers at the start and where they came from; those in the profile are put aside with the first
        answer that is saved."""
        self.before, self.source, self.way, self._saved = {}, "", Way(), {}
        self.others, self.begun = True, False

    def _put_aside(self) -> None:
        """Keep what is in the profile in a file beside it, which takes the place of none."""
        text = _text(self.path)
        names = (f"{self.path.stem}.previous{f'-{n}' if n > 1 else ''}{self.path.suffix}" for n in count(1))
        for aside in map(self.path.with_name, names):
            kept = _text(aside)
            if text and not kept:
                write_whole(aside, text)
            if kept in ("", text):
                return


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _source(text: str) -> str:
    """The file that the sitting began with whose answers are in a text, or ""."""
    heading = next((line for line in text.splitlines() if line.startswith(_BEGUN)), _BEGUN)
    return heading.removeprefix(_BEGUN).strip()
