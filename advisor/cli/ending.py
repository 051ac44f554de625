"""How the signals that end a process end the command line."""

import math
import time
from types import FrameType

CLEARING_SECONDS = 10
"""So long may clearing up take undisturbed."""

_begun = -math.inf


def interrupt(number: int, frame: FrameType | None) -> None:
    """A signal handler that interrupts as Ctrl-C does, so that no child and no temporary file stays. A terminal that
    goes away can hang up more than once: what comes while clearing up is left unheard, but for Ctrl-C itself."""
    global _begun
    if time.monotonic() - _begun > CLEARING_SECONDS:
        _begun = time.monotonic()
        raise KeyboardInterrupt
