"""Measured numbers, shares and the values of facts in writing."""

from __future__ import annotations

from decimal import Decimal

from advisor.model.base import Scalar

_SHOWN = {"bytes": (2**20, "MiB"), "gflops": (1, "GFLOP/s")}
"""Units that quantities aren't shown in: how much of them one of the other has, and what that is."""


def significant(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, written out rather than with an exponent."""
    return f"{Decimal(f'{value:.{digits - 1}e}'):,f}"


def quantity(value: float, unit: str) -> str:
    """A measured value with its unit."""
    size, shown = _SHOWN.get(unit, (1, unit))
    return f"{significant(value / size)} {shown}"


def interval(low: float, high: float, unit: str = "") -> str:
    """The ends of an interval to two significant digits, to three where two don't tell them apart. With a unit they are
    the figures of `quantity`, without the unit itself."""
    size, _ = _SHOWN.get(unit, (1, unit))
    low, high = low / size, high / size
    digits = 2 if significant(low, 2) != significant(high, 2) else 3
    return f"{significant(low, digits)}–{significant(high, digits)}"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage with so many decimals; what is not quite nothing, or not quite all, is not rounded to
    it."""
    said = f"{share:.{digits}%}"
    if 0 < share < 1 and said in (f"{0:.{digits}%}", f"{1:.{digits}%}"):
        least = 10.0 ** -(digits + 2)
        return f"<{least:.{digits}%}" if share < 0.5 else f">{1 - least:.{digits}%}"
    return said


def unfractioned(value: float) -> int | float:
    """A number as a whole one where it is one, as JSON and people write it."""
    return int(value) if value.is_integer() else value


def plainly(value: Scalar) -> str:
    """The value of a fact, as the sentences of an explanation have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, (int, float)) else value
