"""The exceptions that users can meet, and the exit codes of the command line."""

import errno
from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    ANSWERED = 0
    FAILURE = 1
    INVALID_INPUT = 2
    INPUT_NEEDED = 3
    PROBE_FAILED = 4
    NONE_FEASIBLE = 5
    CONDITION_HELD = 6
    INTERRUPTED = 130


class AdvisorError(Exception):
    """Something that the user can mend: `message` says what is wrong and where, `hint` what to do about it."""

    code = "failure"
    exit = Exit.FAILURE
    usual_hint = ""
    """What to do where a message has no hint of its own."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.usual_hint


class InvalidInput(AdvisorError):
    """A file, flag or answer that can't be used; nothing was done."""

    code = "invalid-input"
    exit = Exit.INVALID_INPUT


FULL = (errno.EIO, errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
"""Why a write fails though the file could be opened."""


class NoRoom(InvalidInput):
    """A file for which there is no room. Where one that can't be written is no reason to stop, neither is this."""

    code = "failure"
    exit = Exit.FAILURE
    usual_hint = "Make room, or write it somewhere else."


class InvalidKnowledge(InvalidInput):
    """A mistake in `rules/` or an overlay."""

    code = "invalid-knowledge"
    usual_hint = "docs/knowledge.md describes the format, and `advisor schema rules` gives editors its schema."


class InputNeeded(AdvisorError):
    """A question would have to be asked, but nobody is there to answer."""

    code = "input-needed"
    exit = Exit.INPUT_NEEDED


class Interrupted(AdvisorError):
    """Ctrl-C, or a signal to end, where there is something to say of what is kept."""

    code = "interrupted"
    exit = Exit.INTERRUPTED


class ProbeFailed(AdvisorError):
    """A measurement that was asked for could not be taken at all."""

    code = "probe-failed"
    exit = Exit.PROBE_FAILED


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody may have meant who wrote `name`, if any is like it."""
    # Imported late: it is wanted only where something is wrong.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), 1)), None)


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """The hint for a name that isn't known: the nearest that is, or `otherwise`."""
    near = nearest(name, known)
    return f"Did you mean {near!r}?" if near else otherwise
