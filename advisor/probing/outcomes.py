"""From the envelopes of all launches to outcomes with intervals, and to comparisons: pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from statistics import fmean, median
from typing import TypeAlias

from advisor.model.measurement import BROKEN, Comparison, Measurement, Outcome, Quality
from advisor.model.probe import Metric, Probe
from advisor.probing.agreement import other_work
from advisor.probing.envelope import Envelope
from advisor.probing.shared import Pair
from advisor.probing.statistics import Contrast, Summary, contrasts, steadiness, summarise, word

Results: TypeAlias = Mapping[tuple[Pair, str], Mapping[int, Envelope]]
"""By pair and probe, the envelope of each launch in which the probe was run."""
Groups: TypeAlias = Mapping[Pair, Mapping[int, Sequence[float]]]
"""Of one metric, by pair and launch, the blocks."""
Pulses: TypeAlias = Mapping[str, Mapping[int, Sequence[Mapping[str, float]]]]
"""By probe and launch, the times of the reference kernels while it was going on (ms by kernel)."""

TRANSIENT = BROKEN | {"cancelled"}
"""Causes that may be gone next time, so that a run with one is not kept."""
NOISY, UNUSABLE = 1.25, 2.0
"""Reference kernels that in one launch take so many times as long as in another make a probe's numbers noisy, or
unusable."""
BUSY, TOO_BUSY = 0.15, 0.25
"""Other work that in a launch kept so many processors busy makes them noisy, or unusable: threads that wait for each
other lose far more than is taken from one of them (docs/method.md has what was measured)."""
COARSE = 1.5
"""Numbers are noisy, too, where so large a ratio of two candidates might have been missed."""
QUALITIES: tuple[Quality, ...] = ("good", "noisy", "unusable")
"""From the best to the worst."""


def transient(results: Results, probes: Sequence[Probe], pulses: Pulses) -> bool:
    """Whether any launch failed for a cause that may be gone next time, or the machine left numbers unusable."""
    failed = any(e.cause in TRANSIENT for envelopes in results.values() for e in envelopes.values())
    metrics = ((probe, metric) for probe in probes for metric in probe.metrics if not metric.exact)
    return failed or any(judged(results, *each, pulses)[0] == "unusable" for each in metrics)


def outcomes(
    results: Results, probes: Sequence[Probe], commands: Mapping[tuple[Pair, str], str], pulses: Pulses
) -> list[Outcome]:
    """An outcome for every pair and probe in `results`, in their order."""
    measured = {probe.id: measurements(results, probe, pulses) for probe in probes}
    return [
        _outcome(pair, list(envelopes.values()), measured.get(probe, {}).get(pair, []), commands[pair, probe])
        for (pair, probe), envelopes in results.items()
        if envelopes
    ]


def measurements(results: Results, probe: Probe, pulses: Pulses) -> dict[Pair, list[Measurement]]:
    """The numbers of a probe, by pair; pairs without any are left out."""
    measured: dict[Pair, list[Measurement]] = {}
    unlike = other_work(results, probe.id)
    for metric in probe.metrics:
        alike, others = _parted(grouped(results, probe, metric), unlike)
        found, steady = contrasts(alike), judged(results, probe, metric, pulses)
        # Those that do other work say nothing of how far the rest spread.
        summaries = summarise(alike)
        for pair, blocks in others.items():
            summaries |= summarise({pair: blocks})
        for pair, summary in summaries.items():
            if metric.exact:
                measurement = _exact(metric, summary)
            else:
                smallest = min((c.smallest_difference for key, c in found.items() if pair in key), default=None)
                trust = ("unusable", unlike[pair]) if pair in unlike else _weighed(steady, smallest)
                measurement = _measurement(metric, summary, smallest, trust)
            if measurement is not None:
                measured.setdefault(pair, []).append(measurement)
    return measured


def qualities(results: Results, probe: Probe, pulses: Pulses, final: bool) -> dict[Pair, tuple[Quality, str]]:
    """By pair, how far its worst number of a probe can be trusted, and why not further. Before the `final` launch that
    is what is certain by then: what the machine is judged by, which can only get worse from launch to launch."""
    if not final:
        inexact = [metric for metric in probe.metrics if not metric.exact]
        pairs = {pair for metric in inexact for pair in grouped(results, probe, metric)}
        return dict.fromkeys(pairs, _worst(judged(results, probe, each, pulses) for each in inexact)) if pairs else {}
    return {
        pair: _worst((number.quality, number.quality_reason) for number in numbers)
        for pair, numbers in measurements(results, probe, pulses).items()
    }


def _worst(trusts: Iterable[tuple[Quality, str]]) -> tuple[Quality, str]:
    return max(trusts, key=lambda trust: QUALITIES.index(trust[0]))


def comparisons(results: Results, probes: Sequence[Probe], pulses: Pulses) -> Iterator[Comparison]:
    """Every two candidates by every metric that both have from at least two launches and in usable quality."""
    for probe in probes:
        unlike = other_work(results, probe.id)
        for metric in probe.metrics:
            if not metric.exact and judged(results, probe, metric, pulses)[0] != "unusable":
                alike, _ = _parted(grouped(results, probe, metric), unlike)
                for (pair, rival), contrast in contrasts(alike).items():
                    yield comparison(metric, pair, rival, contrast)


def grouped(results: Results, probe: Probe, metric: Metric) -> Groups:
    """By pair and launch, the blocks of a metric, where there are any."""
    groups: dict[Pair, dict[int, Sequence[float]]] = {}
    for (pair, name), envelopes in results.items():
        if name == probe.id:
            blocks = {n: e.samples[metric.id] for n, e in envelopes.items() if e.works and e.samples.get(metric.id)}
            if blocks:
                groups[pair] = blocks
    return groups


def _parted(groups: Groups, unlike: Collection[Pair]) -> tuple[Groups, Groups]:
    """The candidates that do the same work, and the others."""
    parts: tuple[dict[Pair, Mapping[int, Sequence[float]]], ...] = ({}, {})
    for pair, blocks in groups.items():
        parts[pair in unlike][pair] = blocks
    return parts[0], parts[1]


def judged(results: Results, probe: Probe, metric: Metric, pulses: Pulses) -> tuple[Quality, str]:
    """How far the machine lets numbers of a metric be trusted, and why not further. What isn't a time or a rate has
    nothing to do with how busy it was."""
    if not metric.is_speed:
        return "good", ""
    variation, busy = steadiness(pulses.get(probe.id, {})) or 1.0, busiest(results, probe)
    varied = f"the machine's own speed varied by a factor of {variation:.2f} between launches"
    kept = f"other work kept {busy:.2f} processors busy meanwhile; end it and measure again"
    return _worst([_graded(busy, BUSY, TOO_BUSY, kept), _graded(variation, NOISY, UNUSABLE, varied)])


def _graded(value: float, noisy: float, unusable: float, reason: str) -> tuple[Quality, str]:
    if value <= noisy:
        return "good", ""
    return ("noisy" if value <= unusable else "unusable"), reason


def busiest(results: Results, probe: Probe) -> float:
    """How many processors other work kept busy in the launch in which these were most, on average over candidates."""
    launches = defaultdict(list)
    for (_, name), envelopes in results.items():
        for launch, envelope in envelopes.items():
            if name == probe.id and envelope.others is not None:
                launches[launch].append(envelope.others)
    return max(map(fmean, launches.values()), default=0.0)


def _weighed(steady: tuple[Quality, str], smallest: float | None) -> tuple[Quality, str]:
    """What the reference kernels say, unless the candidates' own launches differ too much to call the numbers good."""
    if steady[0] == "good" and smallest is not None and smallest > COARSE:
        return "noisy", f"launches differed so much that a ratio of {smallest:.2f} might have been missed"
    return steady


def comparison(metric: Metric, pair: Pair, rival: Pair, contrast: Contrast) -> Comparison:
    """A contrast in words."""
    return Comparison(
        metric=metric.id,
        candidate=pair[0],
        interpreter=pair[1],
        rival=rival[0],
        rival_interpreter=rival[1],
        ratio=contrast.ratio,
        low=contrast.low,
        high=contrast.high,
        word=word(contrast, metric.better, metric.is_speed),
    )


def _outcome(pair: Pair, envelopes: Sequence[Envelope], measured: Sequence[Measurement], command: str) -> Outcome:
    """What the launches come to: a probe that worked in any of them works, and the others are told in `detail`."""
    worked = [envelope for envelope in envelopes if envelope.works]
    lost = [envelope for envelope in envelopes if not envelope.works]
    first = (worked or lost)[0]
    findings, detail = dict(first.findings), first.detail
    for metric in {name: None for envelope in worked for name in envelope.samples}:
        launches = [e.samples[metric] for e in worked if e.samples.get(metric)]
        findings[f"launches.{metric}"] = ", ".join(f"{median(blocks):.4g}" for blocks in launches)
    busy = [envelope.others for envelope in worked if envelope.others is not None]
    if busy:
        findings["others_processors"] = round(max(busy), 3)
    if worked and lost:
        detail = f"{len(lost)} of {len(envelopes)} launches failed: {lost[0].detail}"
        findings |= {"failed_launches": len(lost), "failed_cause": lost[0].cause}
    return Outcome(
        probe=first.probe,
        candidate=pair[0],
        interpreter=pair[1],
        status=first.status,
        cause=first.cause,
        detail=detail,
        extras=first.extras,
        measurements=tuple(measured),
        findings=findings,
        command=command,
    )


def _measurement(
    metric: Metric, summary: Summary, smallest: float | None, trust: tuple[Quality, str]
) -> Measurement | None:
    """None where no launch was repeated, so that nothing is known of the spread."""
    if summary.low is None or summary.high is None:
        return None
    return Measurement(
        metric=metric.id,
        unit=metric.unit,
        median=summary.centre,
        low=summary.low,
        high=summary.high,
        launches=summary.launches,
        samples=summary.samples,
        spread=summary.spread,
        smallest_difference=smallest,
        quality=trust[0],
        quality_reason=trust[1],
    )


def _exact(metric: Metric, summary: Summary) -> Measurement:
    """A count needs no interval; what a probe took for one and is less than that stays what it is."""
    value = round(summary.centre) or summary.centre
    return Measurement(
        metric=metric.id, unit=metric.unit, median=value, low=value, high=value, launches=1, samples=summary.samples
    )
