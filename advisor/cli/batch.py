"""`advisor batch`: many sets of answers, a line each, and the verdict on each as a line."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from advisor.cli import flags
from advisor.cli.progress import Progress
from advisor.errors import Exit, InvalidInput

if TYPE_CHECKING:
    from advisor.cli.lines import Numbered, Writer
    from advisor.model.answer import Answer
    from advisor.model.batch import LineId
    from advisor.model.knowledge import Knowledge
    from advisor.model.measurement import Measurements

    Verdict = tuple[str, str]
    """The kind, and what a line says of it: fields of JSON, with the brace that ends them."""

_EXAMPLES = """\
  advisor batch projects.jsonl                      a whole result a line
  advisor batch --short projects.jsonl              only the verdicts, thousands a second
  generate | advisor batch --short --on-error skip | jq -c 'select(.kind == "recommended")'
  advisor batch --short --draws 10000 projects.jsonl -o verdicts.jsonl

A line is {"stage": "research", …}, as an answers file has it, or {"id": "a7", "answers": {"stage": "research", …}}.
Each gives one line with its number, its id if it has one, and the verdict, or what is wrong with it. Empty lines give
none. docs/batch.md says more.
"""
_LONGEST_MESSAGE = 400
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Settings of `mallopt`, as malloc.h numbers them."""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser(
        "batch",
        "Reads sets of answers as JSON Lines and writes a result for each as a line of JSON, in order and as they "
        "come in. All are judged by the same knowledge and the same measurements.",
        _EXAMPLES,
    )
    made.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        type=flags.name,
        help="sets of answers (default: standard input)",
    )
    made.add_argument("--short", action="store_true", help="only verdict, confidence and shares, from fewer draws")
    made.add_argument(
        "--draws", metavar="N", type=int, help="draws for each set with --short (default 500; 10000 is as without)"
    )
    made.add_argument(
        "--on-error",
        choices=("stop", "skip"),
        default="stop",
        help="at a line that can't be used, stop with exit code 2 (default), or say so in its place and go on",
    )
    flags.add_advice(made)
    flags.add_fail_on(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Judge line after line."""
    from advisor.cli.lines import numbered, opened, writer
    from advisor.cli.measuring import gather_measurements, probed, survey_begun

    if arguments.draws is not None and not arguments.short:
        raise InvalidInput("--draws goes with --short: a whole result always has 10,000", "Add --short.")
    # Unlike most commands this one may run for hours, and errors leave cycles behind.
    gc.enable()
    _keep_memory()
    with opened(arguments.file) as (name, stream):
        with survey_begun(arguments) as survey:
            from advisor.knowledge.load import load

            knowledge = load(arguments.rules)
            measurements = gather_measurements(knowledge, arguments, survey)
        arguments.as_of = flags.dated(knowledge, arguments)
        judge = (_Short if arguments.short else _Full)(knowledge, measurements, arguments)
        with Progress(arguments.quiet) as progress:
            lines = _Lines(name, knowledge, judge, arguments, progress)
            with writer(arguments.output) as out:
                for several in numbered(name, stream, judge.together):
                    lines.judge(several, out)
            lines.finish()
    if lines.count and lines.bad == lines.count:
        return Exit.INVALID_INPUT
    if lines.kinds & set(arguments.fail_on):
        return Exit.CONDITION_HELD
    return probed(measurements.outcomes if measurements else (), arguments)


def _keep_memory() -> None:
    """Have the C library keep the memory of arrays for the next ones: giving it back to the system and asking for it
    again for each few hundred lines takes a quarter of the time. Where it isn't glibc nothing is done."""
    import ctypes

    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for setting in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            mallopt(setting, 1 << 28)


class _Short:
    """Judges many sets of answers at once, from few draws."""

    def __init__(self, knowledge: Knowledge, measurements: Measurements | None, arguments: argparse.Namespace) -> None:
        from advisor.decision.batch import SHORT_DRAWS, Batch

        draws = SHORT_DRAWS if arguments.draws is None else arguments.draws
        try:
            self._batch = Batch(knowledge, measurements, as_of=arguments.as_of, seed=arguments.seed, draws=draws)
        except ValueError as problem:
            raise InvalidInput(f"--draws {draws}: {problem}", "Leave it out for the default.") from None
        self._candidates = [candidate.id for candidate in knowledge.candidates]
        self.together = self._batch.together

    def judge(self, several: Sequence[dict[str, Answer]]) -> list[Verdict]:
        found = []
        for call, shares in self._batch.verdicts(several):
            fields = {
                "kind": call.kind,
                "candidate": call.candidate,
                "leader": call.leader,
                "confidence": round(call.confidence, 4),
                "confidence_error": round(call.error, 4),
                "shares": {name: round(share, 4) for name, share in zip(self._candidates, shares, strict=True)},
                "draws": self._batch.draws,
            }
            found.append((call.kind, json.dumps(fields)[1:]))
        return found


class _Full:
    """Gives the whole result of one set of answers after the other."""

    together = 1

    def __init__(self, knowledge: Knowledge, measurements: Measurements | None, arguments: argparse.Namespace) -> None:
        self._inputs = knowledge, measurements
        self._how = {"as_of": arguments.as_of, "seed": arguments.seed}

    def judge(self, several: Sequence[dict[str, Answer]]) -> list[Verdict]:
        from advisor.decision.advise import advise

        knowledge, measurements = self._inputs
        results = [advise(knowledge, answers, measurements, **self._how) for answers in several]
        return [(result.verdict.kind, f'"result": {result.model_dump_json()}}}') for result in results]


class _Place(NamedTuple):
    """A line that was read."""

    number: int
    id: LineId
    problem: InvalidInput | None
    """What is wrong with it."""


class _Lines:
    """Takes lines, and has the result of each, or what is wrong with it, written in its place."""

    def __init__(
        self,
        name: str,
        knowledge: Knowledge,
        judge: _Short | _Full,
        arguments: argparse.Namespace,
        progress: Progress,
    ) -> None:
        from advisor.session.answer_sets import AnswerSets, read_set

        self._read = read_set
        self._name = name
        self._sets = AnswerSets(knowledge)
        self._judge = judge
        self._stops = arguments.on_error == "stop"
        self._progress = progress
        self._began = time.monotonic()
        self.count = self.bad = 0
        """Lines, and those among them that could not be used."""
        self.kinds: set[str] = set()
        """Of the verdicts."""

    def judge(self, several: Sequence[Numbered], out: Writer) -> None:
        """Write a line for each. Raises `InvalidInput` at the first that can't be used, once what is wrong with it is
        written, if bad lines are to stop it."""
        places: list[_Place] = []
        good: list[dict[str, Answer]] = []
        for number, line in several:
            name = None
            try:
                name, raw = self._read(line)
                good.append(self._sets.accept(raw))
                places.append(_Place(number, name, None))
            except InvalidInput as problem:
                places.append(_Place(number, name, problem))
                if self._stops:
                    break
        verdicts = iter(self._judge.judge(good) if good else ())
        out.write([self._written(place, verdicts) for place in places])
        self.count += len(places)
        for place in places:
            if place.problem:
                self._report(place.number, place.problem)
        self._progress.show(self._so_far())

    def _written(self, place: _Place, verdicts: Iterator[Verdict]) -> bytes:
        head = {"line": place.number} if place.id is None else {"line": place.number, "id": place.id}
        if place.problem is None:
            kind, fields = next(verdicts)
            self.kinds.add(kind)
        else:
            message = _shortened(place.problem.message)
            error = {"code": place.problem.code, "message": message, "hint": place.problem.hint}
            fields = json.dumps({"error": error, "format_version": "1.0"})[1:]
        return f"{json.dumps(head)[:-1]}, {fields}\n".encode()

    def _report(self, number: int, problem: InvalidInput) -> None:
        self.bad += 1
        message = f"{self._name}:{number}: {_shortened(problem.message)}"
        if self._stops:
            raise InvalidInput(message, problem.hint)
        self._progress.clear()
        print(message, file=sys.stderr, flush=True)

    def finish(self) -> None:
        """Say how many there were, where somebody watches or some could not be used."""
        if self._progress.terminal or self.bad:
            self._progress.say(f"{self._so_far()}; {self.bad:,} could not be used")

    def _so_far(self) -> str:
        return f"{self.count:,} lines, {self.count / max(1e-9, time.monotonic() - self._began):,.0f} a second"


def _shortened(message: str) -> str:
    """A message with no more of what somebody wrote than fits a few lines."""
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[: _LONGEST_MESSAGE - 1]}…"
