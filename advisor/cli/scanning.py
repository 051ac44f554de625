"""A scan for a command, with progress on standard error."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from advisor.cli.progress import Progress
from advisor.knowledge.signs import load_signs
from advisor.scanning.scan import TIME_LIMIT_S, scan

if TYPE_CHECKING:
    from advisor.model.knowledge import Knowledge
    from advisor.model.scan import ScanReport


def scanned(knowledge: Knowledge, folder: str, arguments: argparse.Namespace) -> ScanReport:
    """What the files in a folder speak for. Raises `InvalidInput` where there is no such folder."""
    signs, signs_hash = load_signs(knowledge, arguments.rules)
    limit_s = getattr(arguments, "time_limit", None) or TIME_LIMIT_S
    with Progress(arguments.quiet, after=1, every=5) as progress:

        def reading(done: int, total: int) -> None:
            progress.show(f"reading {done:,} of {total:,} files" if total else f"listing {done:,} files")

        return scan(folder, signs, signs_hash, knowledge.questions, limit_s=limit_s, progress=reading)
