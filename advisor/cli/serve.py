"""`advisor serve`: the terminal application in a browser."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

from advisor.cli import flags
from advisor.errors import AdvisorError, InvalidInput

if flags.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge

_EXAMPLES = """\
  advisor serve                          print an address to open in this machine's browser
  advisor serve --open                   open it as well
  advisor serve --port 8765              on the other machine, and on yours:
      ssh -L 8765:127.0.0.1:8765 HOST    then open what the other machine printed
  advisor serve --answers needs.yaml --probe none

Whoever has the address can do there what you can in the terminal application; nobody else gets an answer. Answers are
saved as in the terminal. One page is at work at a time: opening it elsewhere carries on there. Ctrl-C ends it.
"""

_START = (
    "import sys; root = sys.argv.pop(1); root in sys.path or sys.path.insert(0, root); "
    "from advisor.cli.main import entry; entry()"
)
"""Runs this very advisor, installed or not, without looking for modules in the present folder as `-m` would."""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("serve", "The terminal application in a browser.", _EXAMPLES)
    made.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="listen there (default 127.0.0.1: this machine alone; 0.0.0.0: whoever can reach it, unencrypted)",
    )
    made.add_argument("--port", type=_port, default=0, help="listen on this port (default 0: a free one)")
    made.add_argument("--open", action="store_true", help="open the address in the browser of this machine")
    flags.add_answers(made)
    flags.add_measuring(made)
    flags.add_knowledge(made)
    flags.add_result(made)
    made.add_argument("-q", dest="quiet", action="store_true", help="print the address and nothing else")
    return made


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal ends it."""
    import gc

    try:
        from advisor.web.server import serve
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in ("aiohttp", "aiohttp_jinja2", "textual_serve"):
            raise
        hint = "pip install 'dl-framework-advisor[web]'"
        raise AdvisorError(f"`advisor serve` needs the extra `web`: {problem.name} is missing", hint) from None
    knowledge, before = _checked(arguments)
    gc.enable()
    serve(command(knowledge, before, arguments), arguments.host, arguments.port, lambda url: _announce(url, arguments))
    if not arguments.quiet:
        from advisor.session.profile import profile_path

        # A page that can't save says so itself.
        print(f"Stopped. Answers are saved in {profile_path()}, unless a page said otherwise.", file=sys.stderr)
    return 0


def _checked(arguments: argparse.Namespace) -> tuple[Knowledge, Mapping[str, Answer]]:
    """The knowledge, and the answers at the start without those of flags, once everything that the application will
    read has been read without a complaint."""
    from advisor.cli.measuring import read_measurements
    from advisor.knowledge.load import load

    for name, value in (
        ("--answers", arguments.answers),
        ("ADVISOR_ANSWERS", os.environ.get("ADVISOR_ANSWERS")),
        *(("--measurements", path) for path in arguments.measurements),
    ):
        if value == "-":
            raise InvalidInput(f"{name} - can't be read again for each page", "Write it to a file and name that.")
    flags.as_of(arguments)
    knowledge = load(arguments.rules)
    _, profile = flags.begin_sitting(knowledge, arguments)
    if arguments.measurements:
        read_measurements(knowledge, arguments.measurements)
    return knowledge, profile.before


def command(
    knowledge: Knowledge, before: Mapping[str, Answer], arguments: argparse.Namespace
) -> Callable[[], list[str]]:
    """What to run for each page. Answers that have been given since the start, when they were those `before`, come
    before those of the flags, so that a page that is loaded again goes on where it was."""
    from advisor.session.answers import read_answers
    from advisor.session.profile import profile_path

    profile = profile_path()

    def saved() -> bytes | None:
        return profile.read_bytes() if profile.is_file() else None

    at_the_start = saved()

    def for_a_page() -> list[str]:
        again = arguments
        if saved() not in (None, at_the_start):
            # A profile that somebody has spoilt is the application's to complain about, if it needs it.
            with contextlib.suppress(AdvisorError):
                now = read_answers(knowledge, str(profile))
                # In the place of what a flag gives, the profile keeps what was there before.
                given = {name for name in now if name not in before or before[name].value != now[name].value}
                again = resumed(arguments, str(profile), given)
        return [*_interpreter(), *passed_on(again)]

    return for_a_page


def resumed(arguments: argparse.Namespace, profile: str, given: Collection[str]) -> argparse.Namespace:
    """The flags for going on with the answers in `profile`, which are to the questions `given`."""
    left = [define for define in arguments.define if define.partition("=")[0] not in given]
    return argparse.Namespace(**vars(arguments) | {"answers": profile, "define": left})


def passed_on(arguments: argparse.Namespace) -> list[str]:
    """The flags that the application gets, each with its value in one word, whatever that begins with."""
    single = {
        "--answers": arguments.answers,
        "--scan": arguments.scan,
        "--probe": arguments.probe,
        "--seed": arguments.seed,
        "--as-of": arguments.as_of,
    }
    several = {
        "--measurements": arguments.measurements,
        "--python": arguments.pythons,
        "--rules": arguments.rules,
    }
    return [
        *(f"{flag}={value}" for flag, value in single.items() if value is not None),
        *(f"{flag}={value}" for flag, values in several.items() for value in values),
        *(f"-d{define}" for define in arguments.define),
        *(["--fresh"] if arguments.fresh else []),
    ]


def _interpreter() -> list[str]:
    from pathlib import Path

    return [sys.executable, "-P", "-c", _START, str(Path(__file__).resolve().parents[2])]


def _announce(url: str, arguments: argparse.Namespace) -> None:
    from advisor.web.guard import is_loopback

    print(url, file=sys.__stdout__, flush=True)
    if not arguments.quiet:
        print("Open this address in a browser. Keep it to yourself: it is the key. Ctrl-C ends it.", file=sys.stderr)
    if not is_loopback(arguments.host):
        print(
            f"! --host {arguments.host} opens this to every machine that can reach it, unencrypted: whoever has or "
            "overhears the address can\n  answer in your place, read your answers, start measurements, and write files "
            "by exporting, all as you.\n  `ssh -L` is safer: see `advisor serve --help`.",
            file=sys.stderr,
        )
    if arguments.open:
        import threading
        import webbrowser

        threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
