"""What several runs found on one machine, put together: one candidate measured again, or more probes. Pure."""

import hashlib
from collections.abc import Sequence

from advisor.errors import InvalidInput
from advisor.model.measurement import Host, Interpreter, Measurements, Outcome
from advisor.model.probe import SPEED_UNITS


def changed(earlier: Measurements, host: Host, interpreters: Sequence[Interpreter]) -> str:
    """What is no longer as an earlier run had it: `the machine`, an interpreter's path, or nothing."""
    if host != earlier.host:
        return "the machine"
    found = {interpreter.path: interpreter for interpreter in interpreters}
    for known in earlier.interpreters:
        now = found.get(known.path)
        if now is None or not _is_as_before(known, now):
            return known.path
    return ""


def _is_as_before(known: Interpreter, now: Interpreter) -> bool:
    """Where all that is installed is known of both, it has to be the same: what was added may be a plugin that changes
    the others' results. Else packages may have been added, or be told of for the sake of other candidates."""
    if known.installed and now.installed:
        return (known.python, known.installed) == (now.python, now.installed)
    return known.python == now.python and known.packages.items() <= now.packages.items()


def check_unchanged(earlier: Measurements, host: Host, interpreters: Sequence[Interpreter]) -> None:
    """Raises InvalidInput unless what the others were measured with is still there as it was."""
    if what := changed(earlier, host, interpreters):
        problem = f"{what} is not as it was when the others were measured"
        raise InvalidInput(problem[0].upper() + problem[1:], "Measure all candidates again.")


def renewed(earlier: Measurements, again: Measurements, candidate: str) -> Measurements:
    """The earlier run with a candidate's outcomes from a run of it alone. It did not take turns with the others, so
    comparisons with it are left out, and beside numbers of theirs its times and rates can't be used."""
    others = tuple(outcome for outcome in earlier.outcomes if outcome.candidate != candidate)
    beside = any(outcome.measurements for outcome in others)
    names = f"{earlier.fingerprint} {candidate} {again.fingerprint}"
    return Measurements(
        level=earlier.level,
        fingerprint=hashlib.sha256(names.encode()).hexdigest(),
        host=earlier.host,
        interpreters=again.interpreters,
        outcomes=(*others, *(_of_another_hour(outcome) if beside else outcome for outcome in again.outcomes)),
        machine=earlier.machine,
        comparisons=tuple(c for c in earlier.comparisons if candidate not in (c.candidate, c.rival)),
    )


def _of_another_hour(outcome: Outcome) -> Outcome:
    """The outcome with its times and rates unusable: what differs may be the machine."""
    reason = f"{outcome.candidate} was measured by itself, not in turns with the others"
    numbers = (
        number.model_copy(update={"quality": "unusable", "quality_reason": reason})
        if number.unit in SPEED_UNITS
        else number
        for number in outcome.measurements
    )
    return outcome.model_copy(update={"measurements": tuple(numbers)})


def joined(runs: Sequence[Measurements]) -> Measurements:
    """One run out of several of the same machine and interpreters, which `changed` tells. A probe's outcomes all come
    from the first run in which it was tried at all, so that only candidates that took turns are compared."""
    if len(runs) == 1:
        return runs[0]
    of = [(run, outcome) for run in runs for outcome in run.outcomes]
    # Where nobody tried a probe, the first run that lists it says why not.
    owner = {outcome.probe: run for run, outcome in reversed(of)}
    owner |= {outcome.probe: run for run, outcome in reversed(of) if outcome.status != "not-tried"}
    outcomes = tuple(outcome for run, outcome in of if owner[outcome.probe] is run)
    measuring = {number.metric: owner[outcome.probe] for outcome in outcomes for number in outcome.measurements}
    return Measurements(
        level=runs[0].level,
        fingerprint=hashlib.sha256(" ".join(run.fingerprint for run in runs).encode()).hexdigest(),
        host=runs[0].host,
        interpreters=runs[-1].interpreters,
        outcomes=outcomes,
        machine=next((run.machine for run in runs if run.machine), ()),
        comparisons=tuple(c for run in runs for c in run.comparisons if measuring.get(c.metric) is run),
    )
