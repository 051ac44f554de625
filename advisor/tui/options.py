"""What the command line settles before the application starts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from advisor.model.measurement import Level, Measurements


@dataclass(frozen=True)
class Options:
    """What the command line settles before the application starts."""

    as_of: datetime.date
    pythons: tuple[str, ...] = ()
    """Interpreters in which candidates are looked for."""
    level: Level | None = "quick"
    """How thoroughly to measure; None goes from the questions straight to the verdict."""
    seed: int = 0
    fresh: bool = False
    """Whether earlier measurements are left aside."""
    profile: Path | None = None
    """Where answers are saved as they are given; None saves nothing."""
    measurements: Measurements | None = None
    """Measurements taken before."""
