"""The envelope: the one JSON object in which a probe's result travels."""

import math
import re

DETAIL_CHARACTERS = 400


def works(samples=None, findings=None, extras=()):
    """The variable part for a probe that did what it was for, with the distributions that it needed besides.

    `samples` maps a metric's id to one number a block, in the metric's unit.
    """
    status = "works-with-extra" if extras else "works"
    return {"status": status, "extras": list(extras), "samples": samples or {}, "findings": findings or {}}


def fails(detail, findings=None):
    """The variable part for a probe that ran and found that the thing does not work."""
    return {"status": "fails", "cause": "error", "detail": first_line(detail), "findings": findings or {}}


def not_tried(detail):
    """The variable part for a probe that lacks something: what it is and how to get it."""
    return {"status": "not-tried", "cause": "missing", "detail": first_line(detail)}


def failed(error, packages):
    """The variable part for a probe that raised: without one of `packages` it could not be tried at all."""
    text = told(error)
    if isinstance(error, ModuleNotFoundError) and (error.name or "") in packages:
        return not_tried(text)
    return fails(text)


def told(error):
    """An exception in one line: its type and the first line that says more than where it came from."""
    lines = [line.strip() for line in str(error).splitlines()]
    says = [line for line in lines if line and not line.startswith("Exception encountered when calling")]
    return first_line("{}: {}".format(type(error).__name__, says[0] if says else error))


def first_line(text):
    """The first line that says anything, without a terminal's colours and cut to `DETAIL_CHARACTERS`."""
    lines = (line.strip() for line in re.sub("\x1b\\[[0-9;]*m", "", str(text)).splitlines())
    return next((line for line in lines if line), "")[:DETAIL_CHARACTERS]


def _scalar(value):
    """A JSON scalar: unknown instead of NaN and infinity, text instead of anything structured."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)


def envelope(probe, candidate, part):
    """The whole envelope; samples that are not finite turn it into a failure."""
    whole = {
        "envelope": 1,
        "probe": probe,
        "candidate": candidate,
        "cause": "",
        "detail": "",
        "extras": [],
        "samples": {},
        "findings": {},
    }
    whole.update(part)
    whole["findings"] = {name: _scalar(value) for name, value in whole["findings"].items()}
    if not all(math.isfinite(number) for numbers in whole["samples"].values() for number in numbers):
        whole.update(fails("a sample is not finite", whole["findings"]), samples={})
    return whole
