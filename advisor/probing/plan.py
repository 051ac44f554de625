"""What is run when: pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.model.measurement import IMPORTING, Level
from advisor.model.probe import Probe
from advisor.probing.shared import Pair

CANDIDATES, STANDING = 4, 0.1
"""For how many candidates the times of the levels are, and the share of them that fewer don't save."""


@dataclass(frozen=True)
class Effort:
    """How much measuring a level means."""

    launches: int
    blocks: int
    seconds: float
    """The longest that one request may take."""
    total: float
    """Seconds for a run with `CANDIDATES` candidates."""

    def limit(self, pairs: int) -> float:
        """Seconds for the whole run with so many processes side by side: what would take it over them is left out."""
        return self.total * (STANDING + (1 - STANDING) * pairs / CANDIDATES)


EFFORTS: dict[Level, Effort] = {"quick": Effort(3, 2, 90, 88), "full": Effort(5, 2, 300, 475)}
FEWEST_LAUNCHES = 3
"""So many launches are made however long they take; further ones only if there is time."""
TIMED_SHARE = 0.85
"""Of the time for a run: later launches are given up for the sake of probes that are run once."""


@dataclass(frozen=True)
class Turns:
    """One probe in one launch: asked of every candidate in turn, a block at a time."""

    probe: Probe
    number: int


def turns_of(probes: Sequence[Probe], level: Level, launch: int, final: bool) -> list[Turns]:
    """What a launch consists of, counted from 1: the import first, then what is timed in as many launches as its
    probe says, and in the final launch what is tried once, the quickest first: what there is no time for then is the
    dearest."""
    importing = [Turns(probe, blocks(probe, level)) for probe in probes if probe.id == IMPORTING]
    others = [probe for probe in probes if probe.id != IMPORTING and probe.launches(level)]
    turns = [Turns(probe, blocks(probe, level)) for probe in others]
    timed = [each for each in turns if each.probe.timed and launch <= each.probe.launches(level)]
    once = sorted((each for each in turns if not each.probe.timed), key=lambda each: each.probe.seconds)
    return importing + timed + (once if final else [])


def blocks(probe: Probe, level: Level) -> int:
    """How many blocks of a probe a launch has."""
    timed = probe.timed and probe.id != IMPORTING
    return (probe.blocks or EFFORTS[level].blocks) if timed else 1


def enough(probe: Probe, level: Level) -> int:
    """From how many launches of a candidate on a probe's results count, if the rest is given up."""
    return min(probe.launches(level), FEWEST_LAUNCHES)


def wanted(probes: Sequence[Probe], level: Level, only: frozenset[str] | None = None) -> list[Probe]:
    """The probes of a run. Those named in `only` are run even where the level has none of them: what is timed in
    `FEWEST_LAUNCHES`, the rest once."""
    if only is None:
        return [probe for probe in probes if probe.launches(level) or probe.id == IMPORTING]
    chosen = [probe for probe in probes if probe.id in only or probe.id == IMPORTING]
    asked = {"quick": FEWEST_LAUNCHES, "full": FEWEST_LAUNCHES}
    return [probe if probe.launches(level) else probe.model_copy(update=asked) for probe in chosen]


def serving(probes: Sequence[Probe], level: Level) -> tuple[Level, ...]:
    """The levels at which a run that is kept serves, the best first: a full one for a quick one too, if it leaves none
    of its probes out."""
    quick, full = ({probe.id for probe in wanted(probes, each)} for each in ("quick", "full"))
    return ("full", "quick") if level == "quick" and quick <= full else (level,)


def order(pairs: Sequence[Pair], launch: int, seed: int) -> list[Pair]:
    """The order of the processes in a launch: A B C D in one turn and D C B A in the next, so that drift of the
    machine's speed falls on all alike. The seed decides who is A."""
    shuffled = list(pairs)
    random.Random(seed * 1000 + launch).shuffle(shuffled)
    return shuffled
