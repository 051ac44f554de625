"""A scan for a command, with progress on standard error."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from advisor.knowledge.signs import load_signs
from advisor.scanning.scan import TIME_LIMIT_S, scan

if TYPE_CHECKING:
    from advisor.model.knowledge import Knowledge
    from advisor.model.scan import ScanReport


def scanned(knowledge: Knowledge, folder: str, arguments: argparse.Namespace) -> ScanReport:
    """What the files in a folder speak for. Raises `InvalidInput` where there is no such folder."""
    signs, signs_hash = load_signs(knowledge, arguments.rules)
    limit_s = getattr(arguments, "time_limit", None) or TIME_LIMIT_S
    progress = Progress(arguments.quiet)
    try:
        return scan(folder, signs, signs_hash, knowledge.questions, limit_s=limit_s, progress=progress)
    finally:
        progress.close()


class Progress:
    """One line on standard error that is written over at a terminal, from a second on."""

    def __init__(self, quiet: bool) -> None:
        self._next = time.monotonic() + 1
        self._quiet = quiet
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is, at a terminal ten times a second, elsewhere every five."""
        now = time.monotonic()
        if self._quiet or now < self._next:
            return
        terminal = sys.stderr.isatty()
        self._next = now + (0.1 if terminal else 5)
        text = f"reading {done:,} of {total:,} files" if total else f"listing {done:,} files"
        sys.stderr.write(f"\r\x1b[K{text}" if terminal else f"{text}\n")
        sys.stderr.flush()
        self._shown = terminal

    def close(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
