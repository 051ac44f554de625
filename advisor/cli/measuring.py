"""Measurements for a command: from a file, from the cache, or taken now with progress on standard error."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from advisor.cli.documents import read_document
from advisor.cli.flags import called
from advisor.cli.progress import Progress
from advisor.errors import Exit, Interrupted, InvalidInput
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import PROTOCOL, Measurements, Outcome

if TYPE_CHECKING:
    from advisor.probing.events import Event
    from advisor.probing.survey import Survey


@contextmanager
def survey_begun(arguments: argparse.Namespace) -> Iterator[Survey | None]:
    """Look at this machine in the background, if valid measurements of it may be wanted. Raises `InvalidInput` for an
    interpreter that isn't there, and as `require_probe` does."""
    require_probe(arguments)
    if arguments.measurements or arguments.probe is not None:
        yield None
        return
    from advisor.probing.survey import Survey

    with Survey(interpreters(arguments)) as survey:
        yield survey


def require_probe(arguments: argparse.Namespace) -> None:
    """Raises `InvalidInput` for --fresh where nothing is going to be measured."""
    if arguments.fresh and arguments.probe not in ("quick", "full"):
        raise InvalidInput("--fresh goes with --probe quick or full", "Add one of them, or leave out --fresh.")


def gather_measurements(
    knowledge: Knowledge, arguments: argparse.Namespace, survey: Survey | None
) -> Measurements | None:
    """What --measurements, --probe and the cache give; None where there is nothing to go by. `survey` is what
    `survey_begun` gave.

    Raises `InvalidInput` for a file or an interpreter that can't be used.
    """
    if arguments.measurements:
        return given_measurements(knowledge, arguments)
    if arguments.probe == "none":
        return None
    if survey is not None:
        from advisor.probing.survey import cached

        return cached(knowledge.candidates, knowledge.probes, survey)
    return measure(knowledge, arguments, arguments.probe)


def measure(knowledge: Knowledge, arguments: argparse.Namespace, level: str) -> Measurements:
    """Measurements taken now, or valid ones taken before, with progress on standard error."""
    from advisor.probing.run import obtain

    with Progress(arguments.quiet) as progress, kept_whole_or_not():
        return obtain(
            knowledge.candidates,
            knowledge.probes,
            interpreters(arguments),
            level,
            seed=arguments.seed,
            fresh=arguments.fresh,
            only=getattr(arguments, "only", None) or None,
            on_event=lambda event: tell(progress, event),
        )


@contextmanager
def kept_whole_or_not() -> Iterator[None]:
    """Where measuring is interrupted, have it said that nothing of it is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("Interrupted.", "What was measured was not kept.") from None


def probed(outcomes: Sequence[Outcome], arguments: argparse.Namespace) -> Exit:
    """The exit code as far as --probe is concerned; where it was given and nothing could be measured, standard error
    says why."""
    if arguments.probe not in ("quick", "full") or any(outcome.measurements for outcome in outcomes):
        return Exit.ANSWERED
    say_failed("nothing could be measured", outcomes)
    return Exit.PROBE_FAILED


def say_failed(what: str, outcomes: Sequence[Outcome]) -> None:
    """Say in one line on standard error what failed, and why the first of these outcomes did."""
    why = "no candidate was found"
    if outcomes:
        first = outcomes[0]
        detail = (first.detail or first.cause or first.status).splitlines()[0]
        more = f" ({len(outcomes) - 1} more)" if len(outcomes) > 1 else ""
        why = f"{first.probe} with {first.candidate}: {detail}{more}"
    print(f"! {what}: {why}", file=sys.stderr)


def interpreters(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The interpreters to look for frameworks in: those of --python, else the advisor's own."""
    return tuple(arguments.pythons) or (sys.executable,)


def tell(progress: Progress, event: Event) -> None:
    """Show which probe is at work, at a terminal; elsewhere say which has finished, and whose numbers are noisy."""
    left = "" if event.eta_s is None else f", about {event.eta_s:.0f} s left"
    where = f"[{event.index}/{event.total}] {event.candidate}, launch {event.launch}: {event.probe}"
    if event.kind == "started" or progress.terminal:
        progress.show(f"{where}{left}")
    elif event.kind == "judged":
        progress.say(f"{where}: {event.quality}: {event.text}")
    else:
        progress.say(f"{where}: {(event.status or '').replace('-', ' ')}{left}")


def given_measurements(knowledge: Knowledge, arguments: argparse.Namespace) -> Measurements | None:
    """Those in the files of --measurements, None without any. Raises `InvalidInput`, also where they are to be taken
    as well."""
    if arguments.measurements and arguments.probe in ("quick", "full"):
        raise InvalidInput(
            f"--measurements and --probe {arguments.probe} don't go together",
            "Leave out --probe to use the file, or --measurements to measure.",
        )
    return read_measurements(knowledge, arguments.measurements) if arguments.measurements else None


def read_measurements(knowledge: Knowledge, paths: Sequence[str]) -> Measurements:
    """The measurements in files that `advisor probe` wrote on one machine, put together, without what the knowledge
    has no name for: of each file standard error says what that is. Raises `InvalidInput`."""
    from advisor.probing.renewal import changed, joined

    runs = [_known(knowledge, path, _read(path)) for path in paths]
    for path, run in zip(paths[1:], runs[1:], strict=True):
        if what := changed(runs[0], run.host, run.interpreters):
            raise InvalidInput(
                f"{path}: {what} is not as in {paths[0]}", "Give files of one machine and the same environments."
            )
    return joined(runs)


def _read(path: str) -> Measurements:
    found = read_document(path, Measurements, "advisor probe -o FILE")
    if found.protocol != PROTOCOL:
        raise InvalidInput(
            f"{path}: measured by protocol {found.protocol}, this is {PROTOCOL}", "Run `advisor probe -o FILE` again."
        )
    if mistake := next(_mistakes(found), None):
        raise InvalidInput(f"{path}: {mistake}", "Measure again.")
    return found


def _mistakes(found: Measurements) -> Iterator[str]:
    """What no run has: an outcome or a number given twice, and an interpreter that wasn't looked in."""
    tried: set[tuple[str, str, str]] = set()
    paths = {interpreter.path for interpreter in found.interpreters}
    for outcome in found.outcomes:
        which = (outcome.probe, outcome.candidate, outcome.interpreter)
        said = f"the outcome of {outcome.probe} for {outcome.candidate}"
        if which in tried:
            yield f"{said} is there twice"
        if outcome.interpreter not in paths:
            yield f"{said} names {outcome.interpreter}, which isn't among the interpreters"
        metrics = Counter(number.metric for number in outcome.measurements)
        yield from (f"{said} has {metric} twice" for metric, times in metrics.items() if times > 1)
        tried.add(which)


def _known(knowledge: Knowledge, path: str, run: Measurements) -> Measurements:
    """The run without outcomes and comparisons of candidates, probes and metrics that an overlay may have had, so that
    nothing rests on what no rule can speak of."""
    strange = [list(_strange(knowledge, outcome)) for outcome in run.outcomes]
    if named := dict.fromkeys(name for names in strange for name in names):
        print(f"! {called(path)}: left out, as these rules don't have it: {', '.join(named)}.", file=sys.stderr)
    comparisons = tuple(
        found
        for found in run.comparisons
        if found.metric in knowledge.metric and {found.candidate, found.rival} <= knowledge.candidate.keys()
    )
    outcomes = tuple(outcome for outcome, names in zip(run.outcomes, strange, strict=True) if not names)
    return run.model_copy(update={"outcomes": outcomes, "comparisons": comparisons})


def _strange(knowledge: Knowledge, outcome: Outcome) -> Iterator[str]:
    """What the knowledge has no name for in an outcome."""
    if outcome.candidate not in knowledge.candidate:
        yield f"the candidate {outcome.candidate}"
    if outcome.probe not in knowledge.probe:
        yield f"the probe {outcome.probe}"
        return
    for number in outcome.measurements:
        metric = knowledge.metric.get(number.metric)
        if metric is None or metric.unit != number.unit:
            yield f"the metric {number.metric} in {number.unit}"
