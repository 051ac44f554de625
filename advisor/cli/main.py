"""Finds the command, runs it, and turns whatever goes wrong into one clear message and the right exit code."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from advisor.errors import FULL, AdvisorError, Exit, NoRoom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

COMMANDS = {
    "ask": "the interview line by line, for pipes and screen readers",
    "serve": "the terminal application in a browser",
    "probe": "measure the candidates on this machine",
    "doctor": "what is wrong with this machine and its Python environments, and the mend",
    "scan": "propose answers from a project's own files",
    "session": "combine several people's answers",
    "batch": "many sets of answers as JSON Lines, a result for each",
    "report": "write a result as text, as a decision record or as a page for a browser",
    "verify": "follow a decision record again: does its verdict stand, and what has drifted",
    "check": "replay a result and name what doesn't follow in it",
    "explain": "question a result: why, why not, what if, what would change it",
    "rules": "list, show and check the knowledge base",
    "schema": "the JSON Schemas of every document",
    "completion": "completion of commands and flags for bash, zsh or fish",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. Nothing is raised but `SystemExit` after --help and --version."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except AdvisorError as problem:
        return _report(arguments, problem.code, problem.message, problem.hint, problem.exit)
    except KeyboardInterrupt:
        return _report(arguments, "interrupted", "Interrupted.", "", Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe left, which keeps Python quiet about it at exit.
        _discard_output()
        return Exit.FAILURE
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno == errno.EBADF and sys.__stdout__ is None:
            return _report(arguments, "invalid-input", "standard output is closed", "Use -o FILE.", Exit.INVALID_INPUT)
        if isinstance(problem, OSError) and problem.errno in FULL:
            message = f"the output can't be written: {problem.strerror}"
            return _report(arguments, NoRoom.code, message, NoRoom.usual_hint, NoRoom.exit)
        if isinstance(problem, OSError) and isinstance(problem.filename, str):
            message = f"{problem.filename}: {problem.strerror}"
            return _report(arguments, "invalid-input", message, "Check the name.", Exit.INVALID_INPUT)
        import traceback

        traceback.print_exc()
        message = f"something went wrong inside the advisor: {type(problem).__name__}: {problem}"
        return _report(arguments, "internal", message, "Please report it with what stands above.", Exit.FAILURE)


def entry() -> NoReturn:
    """Run the command line of this process and end it.

    It ends without taking the interpreter down in order, which for numpy's and pydantic's many objects takes a fifth
    of the time of a short command. Nothing is lost by it: output is flushed here, and no command leaves a thread,
    a child or a temporary file to the interpreter's own clearing up.
    """
    prepare()
    _end_in_order()
    _set_streams()
    code = main()
    # What could not be written has been reported.
    with suppress(OSError):
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def _set_streams() -> None:
    """Have pipes and files read and written as UTF-8, whatever the locale, and no character of a text be one that a
    terminal can't take."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Closed by whoever started this. A message is lost without harm; a result fails to be written, in those
            # commands that write one, and whatever is opened next doesn't get its number.
            how = os.O_WRONLY if name == "stderr" else os.O_RDONLY
            setattr(sys, name, os.fdopen(os.open(os.devnull, how), "w", encoding="utf-8"))
        else:
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    if sys.stdin is not None and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")


def _end_in_order() -> None:
    """Have the signals that end a process clear up as Ctrl-C does: no child and no temporary file may stay."""
    import signal

    from advisor.cli.ending import interrupt

    # Windows has no SIGHUP; and whoever has it ignored, such as nohup, means it.
    for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")):
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, interrupt)


def prepare() -> None:
    """Set up a process that gives one result, before it imports numpy and pydantic."""
    # Pydantic looks through every installed distribution for plugins when it is first used; there are none for us.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Each thread that numpy's BLAS starts costs more than all the arithmetic here; probes set their own number.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Looking for garbage that a short command never makes takes a tenth of its time; the terminal application, which
    # lives longer, turns this back on.
    gc.disable()


def _run(arguments: list[str]) -> int:
    name = "recommend"
    if arguments and arguments[0] in COMMANDS:
        name, *arguments = arguments
    command = importlib.import_module(f"advisor.cli.{name}")
    try:
        given = command.parser().parse_intermixed_args(arguments)
    except SystemExit:
        # --help and --version end here.
        sys.stdout.flush()
        raise
    if sys.__stdout__ is None and (getattr(given, "output", None) or getattr(given, "into", None)):
        # The result is in files; what some commands print besides is for nobody.
        _discard_output()
    return command.run(given)


def _discard_output() -> None:
    """Have what is written to standard output from here on lost without an error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(arguments: list[str], code: str, message: str, hint: str, exit_code: Exit) -> int:
    if "--json" in arguments:
        import json

        body = {"code": code, "message": message, "hint": hint}
        # Where standard output can't be written to, standard error says so.
        with suppress(OSError):
            print(json.dumps({"format_version": "1.0", "error": body}, indent=2, ensure_ascii=False), flush=True)
            return exit_code
    from advisor.report.plain import plain

    with suppress(OSError):
        print(plain(f"advisor: {message}" + (f"\n  {hint}" if hint else "")), file=sys.stderr)
    return exit_code
