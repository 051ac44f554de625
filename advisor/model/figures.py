"""Measured numbers in writing."""

from __future__ import annotations

from decimal import Decimal


def significant(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, written out rather than with an exponent."""
    return f"{Decimal(f'{value:.{digits - 1}e}'):,f}"


def interval(low: float, high: float) -> str:
    """The ends of an interval to two significant digits, to three where two don't tell them apart."""
    digits = 2 if significant(low, 2) != significant(high, 2) else 3
    return f"{significant(low, digits)}–{significant(high, digits)}"
