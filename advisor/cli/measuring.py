"""Measurements for a command: from a file, from the cache, or taken now with progress on standard error."""

from __future__ import annotations

import argparse
import sys

from advisor.cli.documents import read_document
from advisor.errors import InvalidInput
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import PROTOCOL, Measurements


def gather_measurements(knowledge: Knowledge, arguments: argparse.Namespace) -> Measurements | None:
    """What --measurements, --probe and the cache give; None where there is nothing to go by.

    Raises `InvalidInput` for a file or an interpreter that can't be used.
    """
    if arguments.measurements:
        return read_measurements(arguments.measurements)
    if arguments.probe == "none":
        return None
    if arguments.probe is None:
        from advisor.probing.run import cached

        return cached(knowledge.candidates, arguments.pythons)
    return measure(knowledge, arguments, arguments.probe)


def measure(knowledge: Knowledge, arguments: argparse.Namespace, level: str) -> Measurements:
    """Measurements taken now, or valid ones taken before, with progress on standard error."""
    from advisor.probing.run import obtain

    return obtain(
        knowledge.candidates,
        knowledge.metrics,
        arguments.pythons,
        level,
        seed=arguments.seed,
        fresh=arguments.fresh,
        only=getattr(arguments, "only", None) or None,
        on_event=None if arguments.quiet else _progress,
    )


def _progress(event: object) -> None:
    print(str(event), file=sys.stderr, flush=True)


def read_measurements(path: str) -> Measurements:
    """The measurements in a file that `advisor probe` wrote. Raises `InvalidInput`."""
    found = read_document(path, Measurements, "advisor probe -o FILE")
    if found.protocol != PROTOCOL:
        raise InvalidInput(
            f"{path}: measured by protocol {found.protocol}, this is {PROTOCOL}", "Run `advisor probe -o FILE` again."
        )
    return found
