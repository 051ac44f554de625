"""From the envelopes of all launches to outcomes with intervals: pure."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TypeAlias

from advisor.model.measurement import Measurement, Outcome
from advisor.model.metric import Metric
from advisor.probing.envelope import Envelope
from advisor.probing.shared import Pair
from advisor.probing.statistics import Summary, summarise

Results: TypeAlias = Mapping[tuple[Pair, str], Sequence[Envelope]]
"""By pair and probe, an envelope a launch in which the probe was run."""

TRANSIENT = frozenset({"timed-out", "killed", "crashed", "garbage", "cancelled"})
"""Causes that may be gone next time, so that a run with one is not kept."""


def transient(results: Results) -> bool:
    """Whether any launch failed for a cause that may be gone next time."""
    return any(envelope.cause in TRANSIENT for envelopes in results.values() for envelope in envelopes)


def outcomes(results: Results, metrics: Sequence[Metric], commands: Mapping[tuple[Pair, str], str]) -> list[Outcome]:
    """An outcome for every pair and probe in `results`, in their order."""
    numbers = [metric for metric in metrics if metric.kind == "number"]
    summaries = {metric.id: summarise(_groups(results, metric)) for metric in numbers}
    found = []
    for (pair, probe), envelopes in results.items():
        mine = {m: summaries[m.id][pair] for m in numbers if m.probe == probe and pair in summaries[m.id]}
        found.append(_outcome(pair, envelopes, mine, commands[pair, probe]))
    return found


def _groups(results: Results, metric: Metric) -> dict[Pair, list[Sequence[float]]]:
    """By pair, the blocks of each launch that measured the metric."""
    groups: dict[Pair, list[Sequence[float]]] = {}
    for (pair, probe), envelopes in results.items():
        if probe == metric.probe:
            groups[pair] = [e.samples[metric.id] for e in envelopes if e.works and e.samples.get(metric.id)]
    return groups


def _outcome(pair: Pair, envelopes: Sequence[Envelope], mine: Mapping[Metric, Summary], command: str) -> Outcome:
    """What the launches come to: a probe that worked in any of them works, and the others are told in `detail`."""
    worked = [envelope for envelope in envelopes if envelope.works]
    lost = [envelope for envelope in envelopes if not envelope.works]
    first = (worked or lost)[0]
    findings, detail = dict(first.findings), first.detail
    for metric in mine:
        launches = [e.samples[metric.id] for e in worked if e.samples.get(metric.id)]
        findings[f"launches.{metric.id}"] = ", ".join(f"{median(blocks):.4g}" for blocks in launches)
    busy = [e.findings["others_busy"] for e in worked if isinstance(e.findings.get("others_busy"), float)]
    if busy:
        findings["others_busy"] = max(busy)
    if worked and lost:
        detail = f"{len(lost)} of {len(envelopes)} launches failed: {lost[0].detail}"
        findings |= {"failed_launches": len(lost), "failed_cause": lost[0].cause}
    measurements = []
    for metric, summary in mine.items():
        if summary.low is None or summary.high is None:
            findings[f"single_launch.{metric.id}"] = summary.centre
        else:
            measurements.append(_measurement(metric, summary))
    return Outcome(
        probe=first.probe,
        candidate=pair[0],
        interpreter=pair[1],
        status=first.status,
        cause=first.cause,
        detail=detail,
        extras=first.extras,
        measurements=tuple(measurements),
        findings=findings,
        command=command,
    )


def _measurement(metric: Metric, summary: Summary) -> Measurement:
    return Measurement(
        metric=metric.id,
        unit=metric.unit,
        median=summary.centre,
        low=summary.low,
        high=summary.high,
        launches=summary.launches,
        samples=summary.samples,
    )
