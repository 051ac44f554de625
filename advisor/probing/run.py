"""The one way to measurements: inspect the interpreters, then take the run that is kept or measure."""

import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from advisor.errors import InvalidInput
from advisor.model.candidate import Candidate
from advisor.model.measurement import Level, Measurements
from advisor.model.metric import Metric
from advisor.probing import cache
from advisor.probing.child import Cancelled
from advisor.probing.environment import reproduction
from advisor.probing.events import Event
from advisor.probing.launches import EFFORTS, Launches, probes_of
from advisor.probing.outcomes import outcomes, transient
from advisor.probing.survey import Survey, cached, kept_run

__all__ = ["Cancelled", "Event", "Survey", "cached", "obtain"]


def obtain(
    candidates: Sequence[Candidate],
    metrics: Sequence[Metric],
    pythons: Sequence[str],
    level: Level,
    *,
    seed: int = 0,
    fresh: bool = False,
    only: Collection[str] | None = None,
    on_event: Callable[[Event], None] | None = None,
    cancelled: threading.Event | None = None,
    probes_dir: Path | None = None,
) -> Measurements:
    """The measurements of all candidates in all interpreters that have them, kept or new.

    A kept full run serves for a quick one; `fresh` measures in any case. `only` restricts the run to these probes
    (and the import): such a run is neither kept nor served from what is kept. The seed decides the order. Events
    are sent from the calling thread. Probes that fail are outcomes; a run in which one failed for a cause that
    may pass (`outcomes.TRANSIENT`) is returned but not kept.

    Raises InvalidInput for an unknown probe or an interpreter that can't be used, before anything is measured;
    ProbeFailed when the machine can't be described; `Cancelled` within two seconds of the event's being set. No
    process outlives it.
    """
    known = {metric.probe for metric in metrics}
    if strange := sorted(set(only or ()) - known):
        raise InvalidInput(f"There is no probe {strange[0]}", f"There are: {', '.join(sorted(known))}.")
    with Survey(pythons, probes_dir, cancelled) as survey:
        scene = survey.scene(candidates)
    levels: tuple[Level, ...] = ("full",) if level == "full" else ("full", "quick")
    wanted = [metric for metric in metrics if only is None or metric.probe in only]
    kept = None if fresh or only is not None else kept_run(scene, levels)
    if kept is not None and _covers(kept, metrics):
        return kept
    launches = Launches(scene.probes_dir, wanted, EFFORTS[level], scene.host.cores_usable, on_event, cancelled)
    launches.run(scene.pairs(), seed)
    keys = [(pair, probe) for pair in scene.pairs() for probe in probes_of(wanted, 1)]
    results = {key: launches.results[key] for key in keys if launches.results[key]}
    commands = {(pair, probe): reproduction(pair[1], scene.probes_dir, pair[0], probe) for pair, probe in results}
    run = Measurements(
        level=level,
        fingerprint=scene.fingerprint(level, only),
        host=scene.host,
        interpreters=scene.interpreters,
        outcomes=(*outcomes(results, wanted, commands), *scene.absent()),
    )
    if only is None and not transient(results):
        cache.save(run)
    return run


def _covers(run: Measurements, metrics: Sequence[Metric]) -> bool:
    """Whether a kept run knows all metrics, in their units: the knowledge base may have changed since."""
    probes = {outcome.probe for outcome in run.outcomes}
    units = {m.metric: m.unit for outcome in run.outcomes for m in outcome.measurements}
    return all(metric.probe in probes and units.get(metric.id, metric.unit) == metric.unit for metric in metrics)
