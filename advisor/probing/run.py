"""The one way to measurements: inspect the interpreters, then take the run that is kept or measure."""

import threading
from collections.abc import Callable, Collection, Container, Sequence
from pathlib import Path

from advisor.errors import InvalidInput
from advisor.model.candidate import Candidate
from advisor.model.measurement import Level, Measurements, Outcome
from advisor.model.probe import Probe
from advisor.probing import cache, reference
from advisor.probing.child import Cancelled
from advisor.probing.environment import reproduction
from advisor.probing.events import Event
from advisor.probing.launches import Launches
from advisor.probing.outcomes import comparisons, outcomes, transient
from advisor.probing.plan import blocks, serving, wanted
from advisor.probing.renewal import check_unchanged, renewed
from advisor.probing.survey import Scene, Survey, cached, kept_run

__all__ = ["Cancelled", "Event", "Survey", "cached", "obtain", "renew"]


def obtain(
    candidates: Sequence[Candidate],
    probes: Sequence[Probe],
    pythons: Sequence[str],
    level: Level,
    *,
    seed: int = 0,
    fresh: bool = False,
    only: Collection[str] | None = None,
    on_event: Callable[[Event], None] | None = None,
    cancelled: threading.Event | None = None,
    given_up: Container[str] = (),
    probes_dir: Path | None = None,
) -> Measurements:
    """The measurements of all candidates in all interpreters that have them, kept or new.

    A kept full run serves for a quick one; `fresh` measures in any case. `only` restricts the run to these probes
    (and the import), with as much time as they need: such a run is neither kept nor served from what is kept. The
    seed decides the order. Events are sent from the calling thread. Probes that fail are outcomes; a run in which one
    failed for a cause that may pass (`outcomes.TRANSIENT`) is returned but not kept.

    `given_up` are candidates that are cancelled while the others go on; it may grow meanwhile, from another thread.
    Those of their probes that were not launched often enough (`plan.enough`) are outcomes that were cancelled, and the
    run is not kept.

    Raises InvalidInput for an unknown probe or an interpreter that can't be used, before anything is measured;
    ProbeFailed when the machine can't be described; `Cancelled` within two seconds of the event's being set. No
    process outlives it.
    """
    known = {probe.id for probe in probes}
    if strange := sorted(set(only or ()) - known):
        raise InvalidInput(f"There is no probe {strange[0]}", f"There are: {', '.join(sorted(known))}.")
    with Survey(pythons, probes_dir, cancelled) as survey:
        scene = survey.scene(candidates)
    chosen = wanted(probes, level, None if only is None else frozenset(only))
    if not fresh and only is None:
        kept = kept_run(scene, probes, serving(probes, level))
        if kept is not None:
            return kept
    given = (scene.probes_dir, chosen, level, scene.host, on_event, cancelled, given_up)
    launches = Launches(*given, hurried=only is None)
    launches.run(scene.pairs(), seed)
    run = _measurements(scene, launches, chosen, level, only)
    whole = only is None and not any(candidate.id in given_up for candidate in candidates)
    if whole and not transient(launches.results, chosen, launches.reference.pulses):
        cache.save(run)
    return run


def renew(
    earlier: Measurements,
    candidate: Candidate,
    probes: Sequence[Probe],
    pythons: Sequence[str],
    *,
    seed: int = 0,
    on_event: Callable[[Event], None] | None = None,
    cancelled: threading.Event | None = None,
    probes_dir: Path | None = None,
) -> Measurements:
    """An earlier run with one candidate measured again at the same level, by itself. It is not kept: the candidate did
    not take turns with the others, so its times and rates are set beside nobody's (`renewed`).

    Raises what `obtain` does, and InvalidInput where the machine or what the others were measured with has changed.
    """
    with Survey(pythons, probes_dir, cancelled) as survey:
        scene = survey.scene((candidate,))
    check_unchanged(earlier, scene.host, scene.interpreters)
    level = earlier.level
    chosen = wanted(probes, level)
    launches = Launches(scene.probes_dir, chosen, level, scene.host, on_event, cancelled)
    launches.run(scene.pairs(), seed)
    return renewed(earlier, _measurements(scene, launches, chosen, level, None), candidate.id)


def _measurements(
    scene: Scene, launches: Launches, probes: Sequence[Probe], level: Level, only: Collection[str] | None
) -> Measurements:
    """The results of a run in the order of candidates, interpreters and probes."""
    keys = [(pair, probe) for pair in scene.pairs() for probe in probes]
    results = {(pair, probe.id): launches.results.get((pair, probe.id), {}) for pair, probe in keys}
    commands = {
        (pair, probe.id): reproduction(
            pair[1],
            scene.probes_dir,
            pair[0],
            probe.id,
            scene.host.cores_usable,
            probe.program,
            {"level": level, "blocks": blocks(probe, level), **probe.options},
        )
        for pair, probe in keys
    }
    return Measurements(
        level=level,
        fingerprint=scene.fingerprint(level, probes, only),
        host=scene.host,
        interpreters=scene.interpreters,
        outcomes=(*outcomes(results, probes, commands, launches.reference.pulses), *scene.absent()),
        machine=_machine(scene, launches.reference),
        comparisons=tuple(comparisons(results, probes, launches.reference.pulses)),
    )


def _machine(scene: Scene, measured: reference.Reference) -> tuple[Outcome, ...]:
    key = (reference.PAIR, reference.CEILING.id)
    if not measured.ceiling:
        return ()
    command = reproduction(
        reference.PAIR[1],
        scene.probes_dir,
        reference.NAME,
        reference.CEILING.id,
        scene.host.cores_usable,
        options={"blocks": 1},
    )
    return tuple(outcomes({key: measured.ceiling}, [reference.CEILING], {key: command}, {}))
