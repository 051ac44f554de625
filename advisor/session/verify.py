"""A recorded decision followed again with today's knowledge, date and measurements, and compared: pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from advisor.decision.advise import advise
from advisor.decision.ageing import review_by
from advisor.model.answer import Answer
from advisor.model.drift import (
    Changed,
    Drift,
    LostAnswer,
    MeasurementDrift,
    ReasonDrift,
    SourceDrift,
    Stance,
    Step,
    Taken,
    VetoDrift,
)
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Host, Interpreter, Measurements
from advisor.model.recommendation import Reason, Recommendation
from advisor.session.replay import fitting

POINTS = 0.5
"""From what difference on a reason counts differently; less comes with every change of the knowledge, since weights
are shares."""


class Here(NamedTuple):
    """What is known of this machine."""

    measurements: Measurements | None = None
    host: Host | None = None
    interpreters: tuple[Interpreter, ...] = ()


def verify(
    knowledge: Knowledge,
    recorded: Recommendation,
    here: Here,
    *,
    as_of: datetime.date,
    record: str = "",
    status: str = "",
    closed: bool = False,
    chosen: Sequence[str] = (),
) -> Drift:
    """How a recorded result compares with what the same answers give today, and whether what its record says is
    `chosen` is what it recommended. Without measurements of this machine those of the record are used; `record`,
    `status` and `closed` are passed on."""
    answers, left_out = fitting(knowledge, recorded.given)
    before = recorded.measured
    followed = list(_followed(knowledge, recorded, answers, here, as_of))
    _, today = followed[-1]
    was, now = _stance(recorded), _stance(today)
    changes = {
        "answers": tuple(_lost(recorded.given, left_out)),
        "reasons": tuple(sorted(_reasons(recorded.reasons, today.reasons), key=_weight)),
        "vetoes": tuple(_vetoes(recorded, today)),
        "sources": tuple(_sources(knowledge, recorded, as_of)),
        "knowledge": tuple(_knowledge(recorded, today)),
        "machine": tuple(_machine(recorded, here)),
        "measurements": tuple(_measurements(recorded, before, here.measurements)),
    }
    moved = [entry for entries in changes.values() for entry in entries if getattr(entry, "what", "") != "same"]
    return Drift(
        record=record,
        status=status,
        closed=closed,
        chosen=next(iter((*_departures(knowledge, recorded, chosen), *chosen)), None),
        departs=bool(_departures(knowledge, recorded, chosen)),
        as_of=as_of,
        stands=(was.kind, was.candidate) == (now.kind, now.candidate),
        drifted=was != now or bool(moved),
        before=was,
        after=now,
        summary=today.verdict.summary,
        steps=tuple(Step(taken=taken, verdict=_stance(result)) for taken, result in followed),
        measured="here" if here.measurements else "as-recorded" if before else "not-measured",
        **changes,
    )


def _followed(
    knowledge: Knowledge, recorded: Recommendation, answers: Mapping[str, Answer], here: Here, as_of: datetime.date
) -> Iterator[tuple[Taken, Recommendation]]:
    """What the answers give with one thing after another as it is today, the first of which is the knowledge."""
    before, seed = recorded.measured, recorded.seed
    yield "knowledge", advise(knowledge, answers, before, as_of=recorded.as_of, seed=seed)
    if as_of != recorded.as_of:
        yield "date", advise(knowledge, answers, before, as_of=as_of, seed=seed)
    if here.measurements:
        # What the recorded machine answered by itself, this one answers by itself.
        own = {name: answer for name, answer in answers.items() if answer.origin != "default"}
        yield "measurements", advise(knowledge, own, here.measurements, as_of=as_of, seed=seed)


def _departures(knowledge: Knowledge, recorded: Recommendation, chosen: Sequence[str]) -> list[str]:
    """What is said to be chosen and isn't the candidate that was recommended, if that is still known."""
    known = knowledge.candidate.get(recorded.verdict.candidate or "")
    return [name for name in chosen if known and name.casefold() not in (known.id, known.title.casefold())]


def _stance(result: Recommendation) -> Stance:
    verdict = result.verdict
    return Stance(kind=verdict.kind, candidate=verdict.candidate, leader=verdict.leader, confidence=verdict.confidence)


def _lost(given: Mapping[str, Answer], why: Mapping[str, str]) -> Iterator[LostAnswer]:
    for name, text in why.items():
        yield LostAnswer(question=name, value=given[name].value, text=text)


def _reasons(before: Iterable[Reason], after: Iterable[Reason]) -> Iterator[ReasonDrift]:
    was, now = _by_grounds(before), _by_grounds(after)
    for grounds in dict.fromkeys((*was, *now)):
        old, new = was.get(grounds, ()), now.get(grounds, ())
        reason = (*new, *old)[0]
        points = [sum(r.contribution for r in reasons) if reasons else None for reasons in (old, new)]
        if old and new and abs(points[0] - points[1]) < POINTS and points[0] * points[1] > 0:
            continue
        yield ReasonDrift(
            what="counts-differently" if old and new else "came" if new else "went",
            candidate=reason.candidate,
            criterion=reason.criterion,
            text=reason.text,
            before=None if points[0] is None else round(points[0], 4),
            after=None if points[1] is None else round(points[1], 4),
            rules=reason.because.rules,
            sources=reason.because.sources,
        )


def _by_grounds(reasons: Iterable[Reason]) -> dict[tuple, list[Reason]]:
    """Reasons under what stays the same when their wording or their weight changes: the candidate, the criterion, the
    rule that gives them and the metric, if any."""
    found: dict[tuple, list[Reason]] = {}
    for reason in reasons:
        because = reason.because
        key = (reason.candidate, reason.criterion, because.rules[:1], because.measurements[:1])
        found.setdefault(key, []).append(reason)
    return found


def _weight(drift: ReasonDrift) -> tuple:
    return -abs((drift.after or 0) - (drift.before or 0)), drift.candidate, drift.text


def _vetoes(recorded: Recommendation, today: Recommendation) -> Iterator[VetoDrift]:
    was = {(veto.candidate, veto.rule): veto for veto in recorded.vetoes}
    now = {(veto.candidate, veto.rule): veto for veto in today.vetoes}
    for key in dict.fromkeys((*was, *now)):
        if (key in was) != (key in now):
            what = "came" if key in now else "went"
            yield VetoDrift(what=what, candidate=key[0], rule=key[1], text=(now.get(key) or was[key]).text)


def _sources(knowledge: Knowledge, recorded: Recommendation, as_of: datetime.date) -> Iterator[SourceDrift]:
    for source in recorded.sources:
        today = knowledge.source.get(source.id)
        entry = {"source": source.id, "title": source.title, "address": source.address}
        if today is None:
            yield SourceDrift(what="gone", **entry)
            continue
        due = review_by(knowledge, today)
        if due < as_of:
            yield SourceDrift(what="past-review", review_by=due, **entry)
        elif today.checked > source.checked:
            yield SourceDrift(what="read-again", review_by=due, **entry)


def _knowledge(recorded: Recommendation, today: Recommendation) -> Iterator[Changed]:
    was, now = recorded.knowledge, today.knowledge
    yield from _changed("advisor", recorded.tool.version, today.tool.version)
    yield from _changed("version", was.version, now.version)
    yield from _changed("content", was.content_hash, now.content_hash)
    yield from _changed("rules", str(was.rules), str(now.rules))
    overlays = [", ".join(overlay.name for overlay in stamp.overlays) or None for stamp in (was, now)]
    yield from _changed("overlays", *overlays)


def _machine(recorded: Recommendation, here: Here) -> Iterator[Changed]:
    host, environment = here.host, recorded.environment
    if host is None or environment.host is None:
        return
    for name in ("os", "release", "machine", "cpu", "cores_usable", "cpu_quota", "memory_usable_bytes"):
        yield from _changed(name, *(_told(getattr(one, name)) for one in (environment.host, host)))
    yield from _changed("gpus", *(_gpus(one) for one in (environment.host, host)))
    was, now = _versions(environment.interpreters), _versions(here.interpreters)
    for name in sorted({*was, *now}):
        yield from _changed(name, was.get(name), now.get(name))


def _told(value: str | float | None) -> str | None:
    return None if value is None else str(value)


def _gpus(host: Host) -> str | None:
    return ", ".join(f"{gpu.name} {gpu.driver}".strip() for gpu in host.gpus) or None


def _versions(interpreters: Sequence[Interpreter]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for interpreter in interpreters:
        for name, version in {"python": interpreter.python, **interpreter.packages}.items():
            if version:
                found.setdefault(name, {})[version] = None
    return {name: ", ".join(versions) for name, versions in found.items()}


def _changed(what: str, before: str | None, after: str | None) -> Iterator[Changed]:
    if before != after:
        yield Changed(what=what, before=before, after=after)


def _measurements(
    recorded: Recommendation, before: Measurements | None, after: Measurements | None
) -> Iterator[MeasurementDrift]:
    """Of the numbers that the recorded reasons rest on, those taken then, beside those of this machine."""
    if before is None or after is None:
        return
    for name in dict.fromkeys(name for reason in recorded.reasons for name in reason.because.measurements):
        metric, _, candidate = name.rpartition(".")
        was, now = before.number(metric, candidate), after.number(metric, candidate)
        if was is None:
            continue
        apart = now is not None and (now.low > was.high or now.high < was.low)
        what = "gone" if now is None else "moved" if apart else "same"
        yield MeasurementDrift(what=what, metric=metric, candidate=candidate, before=was, after=now)
