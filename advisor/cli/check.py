"""`advisor check`: replays a result and names what doesn't follow."""

from __future__ import annotations

import argparse

from advisor.cli import flags
from advisor.errors import Exit, InvalidInput
from advisor.files import read_input

if flags.TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from advisor.checking.check import Mismatch

_EXAMPLES = """\
  advisor check result.json                     does every sentence follow, and is it as it was made?
  advisor check result.json --all               name everything that doesn't, not just the first
  advisor check result.json --rules ours/       a result made with the same overlay
  advisor --json -d stage=research | advisor check -
  advisor check result.json --json              the findings as one JSON document

exit codes: 0 everything follows, 2 no result or rules that can't be read, 6 something doesn't follow
"""
_HINT = "It must be a file written by `advisor --json -o FILE` or `advisor session --json -o FILE`."
_RULES, _SEAL = "knowledge.content_hash", "certificate"


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser(
        "check",
        "Replays a result of `advisor --json` or `advisor session --json` from the rules and from its own answers, "
        "measurements, date and seed, by a small program that shares no code with the one that made it, and names the "
        "first thing in it that doesn't follow. docs/certificate.md says what that proves.",
        _EXAMPLES,
    )
    flags.add_result_file(made)
    made.add_argument("--all", action="store_true", help="name everything that doesn't follow")
    made.add_argument("--json", action="store_true", help="print one JSON document")
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Check a result and say what was found."""
    from advisor.checking.check import check
    from advisor.checking.rules import Rules
    from advisor.cli.progress import Progress

    document = _read(arguments.result)
    if arguments.rules:
        from advisor.knowledge.load import load

        # The checker takes rules to be without mistakes; the loader says which there are, by file and line.
        load(arguments.rules)
    with Progress(arguments.quiet) as progress:
        progress.show("Replaying …")
        mismatches = check(document, Rules(arguments.rules))
    shown = mismatches if arguments.all else _first(mismatches)
    if arguments.json:
        flags.emit(_document(mismatches, shown), arguments.output)
    else:
        from advisor.report.plain import plain

        called = flags.called(arguments.result)
        flags.emit(plain(_text(called, document, mismatches, shown)), arguments.output)
    return Exit.CONDITION_HELD if mismatches else Exit.ANSWERED


def _read(path: str) -> dict:
    from advisor.checking.reading import read

    name = flags.called(path)
    try:
        return read(read_input(path).decode())
    except UnicodeDecodeError:
        raise InvalidInput(f"{name}: not a JSON document: it isn't text in UTF-8", _HINT) from None
    except ValueError as problem:
        raise InvalidInput(f"{name}: {problem}", _HINT) from None


def _first(mismatches: Sequence[Mismatch]) -> Sequence[Mismatch]:
    """The first sentence that doesn't follow; only where all do, what is wrong with the seal."""
    inside = [mismatch for mismatch in mismatches if not _at(mismatch, _SEAL)]
    return (inside or mismatches)[:1]


def _at(mismatch: Mismatch, field: str) -> bool:
    return mismatch.path.split(".")[-2:][0] == field or mismatch.path.endswith(field)


def _document(mismatches: Sequence[Mismatch], shown: Sequence[Mismatch]) -> str:
    from advisor.checking.check import Unfit
    from advisor.model.check import CheckReport, Unfollowing

    return CheckReport(
        follows=not mismatches,
        same_rules=not any(_at(mismatch, _RULES) for mismatch in mismatches),
        sealed=not any(_at(mismatch, _SEAL) for mismatch in mismatches),
        replayed=not any(isinstance(mismatch, Unfit) for mismatch in mismatches),
        findings=tuple(Unfollowing(**mismatch._asdict()) for mismatch in shown),
        more=len(mismatches) - len(shown),
    ).model_dump_json(indent=2)


def _text(path: str, document: dict, mismatches: Sequence[Mismatch], shown: Sequence[Mismatch]) -> str:
    if not mismatches:
        return f"{path}: everything follows from its answers, measurements, date and seed, and its seal holds."
    lines = []
    if any(_at(mismatch, _RULES) for mismatch in mismatches):
        lines += [f"{path}: made with other rules than it was checked against.", *_other_rules(document), ""]
    if any(_at(mismatch, _SEAL) for mismatch in mismatches):
        lines += [f"{path}: its seal doesn't hold: it was changed after it was made.", ""]
        if shown and all(_at(mismatch, _SEAL) for mismatch in mismatches):
            lines += ["Everything in it follows all the same, so what was changed is something that it was made from."]
    lines += [f"{mismatch.path}: found {mismatch.found}, expected {mismatch.expected}" for mismatch in shown]
    left = len(mismatches) - len(shown)
    return "\n".join([*lines, f"{left} more: --all names them."] if left else lines)


def _other_rules(document: dict) -> list[str]:
    """What a result, or a group's, says of the rules that it was made with, as far as it does."""
    from advisor import __version__

    result = document.get("group", document)
    edition, overlays = (_within(result, "knowledge", key) for key in ("version", "overlays"))
    named = [_within(overlay, "name") for overlay in overlays] if isinstance(overlays, list) else []
    names = [name for name in named if isinstance(name, str)]
    lines = [
        f"  It says: edition {edition}, by advisor {_within(result, 'tool', 'version')}; this is advisor "
        f"{__version__}. Check it with that version, or make it anew."
    ]
    if names:
        lines.append(f"  It had overlays: give the same folders, {' '.join(f'--rules {name}' for name in names)}")
    return lines


def _within(value: Any, *keys: str) -> Any:
    """What lies below keys, None where nothing does."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
