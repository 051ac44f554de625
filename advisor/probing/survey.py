"""What can be known before measuring: the machine, the interpreters, and which candidates they have."""

import os
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from advisor import assets
from advisor.errors import InvalidInput
from advisor.model.candidate import Candidate
from advisor.model.measurement import IMPORTING, Host, Interpreter, Level, Measurements, Outcome
from advisor.model.probe import Probe
from advisor.probing import cache, interpreters
from advisor.probing.environment import reproduction
from advisor.probing.plan import wanted
from advisor.probing.shared import Pair


@dataclass(frozen=True)
class Scene:
    """Everything that is known before measuring."""

    host: Host
    interpreters: tuple[Interpreter, ...]
    candidates: tuple[Candidate, ...]
    probes_dir: Path
    programs: str
    stacks: frozenset[str] | None = None
    """The candidates that the programs have a stack for; None where they don't say."""

    def fingerprint(self, level: Level, probes: Sequence[Probe], only: Collection[str] | None = None) -> str:
        """The name of a run of these probes at this level; see `cache.fingerprint`."""
        here = (self.host, self.interpreters, self.candidates)
        return cache.fingerprint(level, *here, probes, self.programs, os.environ, only)

    def pairs(self) -> list[Pair]:
        """Every candidate that can be run with every interpreter that has its packages."""
        return [
            (candidate.id, interpreter.path)
            for candidate in self.candidates
            for interpreter in self.interpreters
            if self._has_stack(candidate) and not interpreters.missing(interpreter, candidate)
        ]

    def _has_stack(self, candidate: Candidate) -> bool:
        return self.stacks is None or candidate.id in self.stacks

    def absent(self) -> list[Outcome]:
        """An outcome for each candidate that no interpreter has, with the line that installs it, or that the programs
        can't run."""
        present = {candidate for candidate, _ in self.pairs()}
        python = self.interpreters[0]
        return [
            Outcome(
                probe=IMPORTING,
                candidate=candidate.id,
                interpreter=python.path,
                status="not-tried",
                cause="missing",
                detail=self._lacking(candidate),
                command=reproduction(python.path, self.probes_dir, candidate.id, IMPORTING, self.host.cores_usable),
            )
            for candidate in self.candidates
            if candidate.id not in present
        ]

    def _lacking(self, candidate: Candidate) -> str:
        if not self._has_stack(candidate):
            return "there is no stack for it in probes/"
        missing = interpreters.missing(self.interpreters[0], candidate)
        return f"not installed: {', '.join(missing)}; {candidate.install}"


class Survey:
    """Looks at the machine and at interpreters in child processes, in the background from the moment it is made.

    A context manager, on leaving which no child is left. Raises InvalidInput for a path at which there is nothing to
    run; what else is wrong, `scene` raises.
    """

    def __init__(
        self, pythons: Sequence[str], probes_dir: Path | None = None, cancelled: threading.Event | None = None
    ) -> None:
        if not pythons:
            raise InvalidInput("No Python interpreter was given", "Give the path of at least one.")
        self._folder = probes_dir or assets.probes_dir()
        first, *others = dict.fromkeys(interpreters.locate(python) for python in pythons)
        self._stop = cancelled or threading.Event()
        self._mine = cancelled is None
        # One child at a time: there is other work to do meanwhile, and processors may be few.
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._first = self._pool.submit(interpreters.inspect_with_host, first, self._folder, self._stop)
        self._others = [self._pool.submit(interpreters.inspect, path, self._folder, self._stop) for path in others]

    def scene(self, candidates: Sequence[Candidate]) -> Scene:
        """What was found, once it is there. Raises InvalidInput for an interpreter that can't be used, ProbeFailed
        when the machine can't be described, and `Cancelled`."""
        first, host = self._first.result()
        found = (first, *(future.result() for future in self._others))
        pythons = tuple(inventory.telling(candidates) for inventory in found)
        return Scene(host, pythons, tuple(candidates), self._folder, cache.digest(self._folder), first.stacks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        """Leave no child behind."""
        if self._mine:
            self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def kept_run(scene: Scene, probes: Sequence[Probe], levels: Sequence[Level]) -> Measurements | None:
    """The first run that is kept for a scene and these probes, of these levels in their order."""
    names = (scene.fingerprint(level, wanted(probes, level)) for level in levels)
    return next((run for name in names if (run := cache.load(name))), None)


def cached(candidates: Sequence[Candidate], probes: Sequence[Probe], survey: Survey) -> Measurements | None:
    """The run that is kept for the interpreters surveyed on this machine as it is now, a full one before a quick one.

    Measures nothing; None when there is none. Raises InvalidInput for an interpreter that can't be used.
    """
    return kept_run(survey.scene(candidates), probes, ("full", "quick"))
