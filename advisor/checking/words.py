"""Answers, shares and numbers in the words of a result."""

import math


def labels(question, values, cells):
    """The answers that a question may have; to one for a number, its stretches `cells`."""
    if question["kind"] != "number":
        return [_plain(value) for value in values]
    whole, last = question.get("whole"), len(cells) - 1
    return [(_count if whole else _range)(*cell, place == 0, place == last) for place, cell in enumerate(cells)]


def _count(low, high, _, last):
    (least, _), (beyond, _) = low, high
    if beyond == least + 1:
        return f"{least:.10g}"
    return f"{least:.10g} or more" if last else f"{least:.10g} to {beyond - 1:.10g}"


def _range(low, high, first, last):
    (least, open_), (most, closed) = low, high
    if least == most:
        return f"{least:.10g}"
    above = f"{'more than' if open_ else 'at least'} {least:.10g}"
    below = f"{'at most' if closed else 'less than'} {most:.10g}"
    return below if first else above if last else f"{above}, {below}"


def answered(kind, value):
    """An answer that was given to a question of some kind."""
    if kind == "many":
        return ", ".join(value) or "none of these"
    return f"{value:.10g}" if kind == "number" else _plain(value)


def _plain(value):
    return {True: "yes", False: "no"}.get(value, value)


def percent(share):
    """Whole percents; what is not quite nothing, or not quite all, is not rounded to it."""
    said = f"{share:.0%}"
    return {"0%": "<1%", "100%": ">99%"}.get(said, said) if 0 < share < 1 else said


def written(value, digits):
    """A number to so many significant digits, without an exponent."""
    rounded = float(f"{value:.{digits - 1}e}")
    return f"{rounded:,.{max(0, digits - 1 - math.floor(math.log10(abs(rounded) or 1)))}f}"
