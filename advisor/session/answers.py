"""Answers as people write them: in YAML or JSON files, on standard input, and in flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import InvalidInput, did_you_mean
from advisor.files import BY_HAND, read_stdin, write_whole
from advisor.knowledge.document import Document
from advisor.model.answer import Answer, AnswerValue
from advisor.model.knowledge import Knowledge

if TYPE_CHECKING:
    from advisor.model.scan import ScanReport

_HEADER = "# Answers for `advisor`: one line a question; null means asked and not known.\n"


def read_answers(knowledge: Knowledge, path: str) -> dict[str, Answer]:
    """The answers in a file, or on standard input for `-`, by question.

    Raises `InvalidInput` naming file, line and question for the first that doesn't fit.
    """
    if path == "-":
        return parse_answers(knowledge, read_stdin(BY_HAND), "standard input")
    return _read(knowledge, Document.read(Path(path)))


def parse_answers(knowledge: Knowledge, text: str, name: str) -> dict[str, Answer]:
    """The answers in the text of a file that messages call `name`. Raises `InvalidInput` as `read_answers` does."""
    return _read(knowledge, Document(name, text))


def proposed(report: ScanReport) -> dict[str, Answer]:
    """The answers for which a project's files speak, by question, without those that are only hinted at."""
    return {
        proposal.question: Answer(question=proposal.question, value=proposal.value, origin="scan")
        for proposal in report.proposals
        if proposal.sure != "possible"
    }


def _read(knowledge: Knowledge, document: Document) -> dict[str, Answer]:
    if document.data is None:
        return {}
    if not isinstance(document.data, dict):
        raise document.problem((), "expected a mapping from questions to answers", "For example `stage: research`.")
    answers = {}
    for name, raw in document.data.items():
        try:
            answers[str(name)] = accept_answer(knowledge, str(name), raw, "file")
        except InvalidInput as problem:
            raise document.problem((str(name),), problem.message, problem.hint) from None
    return answers


def parse_flags(knowledge: Knowledge, flags: Iterable[str], called: str = "-d") -> dict[str, Answer]:
    """The answers in flags of the form `question=value`, by question; `called` is the flag. Raises `InvalidInput`."""
    answers = {}
    for flag in flags:
        name, equals, raw = flag.partition("=")
        if not equals:
            raise InvalidInput(f"{called} {flag}: expected QUESTION=VALUE", f"For example `{called} stage=research`.")
        if name in answers:
            raise InvalidInput(f"{called} {flag}: {name!r} is given twice", "Give each question one answer.")
        answers[name] = accept_answer(knowledge, name, raw, "flag")
    return answers


def written_flag(answer: Answer) -> str:
    """An answer as `parse_flags` reads it."""
    match answer.value:
        case None:
            text = "?"
        case bool(yes):
            text = "yes" if yes else "no"
        case tuple(chosen):
            text = ",".join(chosen) or "none"
        case other:
            text = str(other)
    return f"{answer.question}={text}"


def said_as_flags(answers: Mapping[str, Answer]) -> str:
    """What was answered when asked, in a sentence from which any command can be given it again; "" if nothing was."""
    from shlex import quote

    given = [f"-d {quote(written_flag(answer))}" for answer in answers.values() if answer.origin == "asked"]
    return f"The answers given, as flags of any command: {' '.join(given)}" if given else ""


def accept_answer(knowledge: Knowledge, name: str, raw: object, origin: str) -> Answer:
    """One answer as it was written. Raises `InvalidInput` where there is no such question or it doesn't take it."""
    question = knowledge.asked_as(name)
    if question is None:
        hint = did_you_mean(name, knowledge.askable, "`advisor rules questions` lists them.")
        raise InvalidInput(f"there is no question {name!r}", hint)
    try:
        return Answer(question=name, value=question.accept(raw), origin=origin)
    except ValueError as problem:
        raise InvalidInput(f"{name}: {problem}", f"`advisor rules questions {name}` explains it.") from None


def save_answers(path: Path, answers: Mapping[str, Answer]) -> None:
    """Write answers so that `read_answers` gives them back; the file is replaced as a whole or not at all."""
    write_whole(path, written_answers(answers))


def written_answers(answers: Mapping[str, Answer]) -> str:
    """Answers as a file has them."""
    # Imported late: the first screen of somebody who has saved nothing needs none of it.
    import yaml

    plain = {name: _plain(answer.value) for name, answer in answers.items()}
    return _HEADER + yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


def _plain(value: AnswerValue) -> object:
    return list(value) if isinstance(value, tuple) else value
