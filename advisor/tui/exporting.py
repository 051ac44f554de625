"""What exporting writes, and where."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from advisor.files import write_together, write_whole
from advisor.session import decisions
from advisor.session.answers import save_answers
from advisor.session.profile import UNSEEN, to_keep
from advisor.tui.sitting import Sitting

if TYPE_CHECKING:
    from advisor.model.recommendation import Recommendation

Form = Literal["json", "text", "html", "record", "answers"]

PROPOSED: dict[Form, str] = {
    "json": "recommendation.json",
    "text": "recommendation.txt",
    "html": "recommendation.html",
    "record": decisions.FOLDER.as_posix(),
    "answers": "answers.yaml",
}
"""Where each goes unless another name is given; a decision record goes into a folder, which numbers it."""
TEXT_WIDTH = 100


class Written(NamedTuple):
    """What was written."""

    files: tuple[Path, ...]
    """New ones, or those that took the place of others, the one asked for first."""
    superseded: Path | None = None
    """The older record that was marked."""


def goes_into_folder(form: Form, path: Path) -> bool:
    """Whether a path means a folder, in which a record gets its name, rather than the file to write."""
    return form == "record" and path.suffix.lower() not in (".md", ".json")


def files_of(form: Form, path: Path) -> tuple[Path, ...]:
    """The files to write under a path that is no such folder."""
    return (path, decisions.Place(path).result) if form == "record" else (path,)


def write(sitting: Sitting, form: Form, path: Path, supersedes: str = "") -> Written:
    """Write the answers or the result, to a file or, a record, into a folder under the next number; there it takes the
    place of the record `supersedes`, if that isn't empty. All of the files are written or none.

    Raises `InvalidInput` where one can't be, or there is no such record to supersede.
    """
    if form == "record":
        return _write_record(sitting, path, supersedes)
    if form == "answers":
        save_answers(path, to_keep({}, sitting.answers, UNSEEN))
    else:
        write_whole(path, _rendered(sitting, form))
    return Written((path,))


def _write_record(sitting: Sitting, path: Path, supersedes: str) -> Written:
    from advisor.report.record import title

    result = sitting.recommendation()
    if not goes_into_folder("record", path):
        place = decisions.Place(path)
        record, kept = _record(sitting, result, place)
        write_together({place.result: kept, path: record})
    else:
        place = decisions.add(path, title(result, sitting.knowledge), supersedes, partial(_record, sitting, result))
    return Written((place.record, place.result), place.older)


def as_json(result: Recommendation) -> str:
    """A result as `advisor --json` writes it."""
    return result.model_dump_json(indent=2) + "\n"


def _record(sitting: Sitting, result: Recommendation, place: decisions.Place) -> tuple[str, str]:
    """A record, and the result that it was made of, without which nothing could be verified later."""
    from advisor.report.record import Kept, render

    kept = as_json(result)
    about = Kept(str(place.record), place.result.name, decisions.digest(kept), place.supersedes)
    return render(result, sitting.knowledge, about), kept


def _rendered(sitting: Sitting, form: Form) -> str:
    result = sitting.recommendation()
    if form == "json":
        return as_json(result)
    if form == "text":
        from advisor.report.text import render

        return render(result, sitting.knowledge, TEXT_WIDTH)
    from advisor.report.html.page import render

    return render(result, sitting.knowledge)
