"""What the command line settles before the application starts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from advisor.model.measurement import Level, Measurements
from advisor.session.profile import Profile


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
    profile: Profile | None = None
    """Saves answers as they are given; None saves nothing."""
    measurements: Measurements | None = None
    """Measurements taken before."""
