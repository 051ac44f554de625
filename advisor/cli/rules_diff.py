"""`advisor rules diff OLD NEW`: for which answers two knowledge bases give different verdicts."""

from __future__ import annotations

import argparse

from advisor.cli import flags
from advisor.errors import Exit, InvalidInput


def run(arguments: argparse.Namespace) -> int:
    """Compare and print."""
    if not (arguments.name and arguments.other):
        raise InvalidInput(
            "`advisor rules diff` takes two folders, OLD and NEW",
            "Either may be `shipped`: `advisor rules diff shipped mine/`.",
        )
    if arguments.sets < 1000:
        raise InvalidInput(f"--sets {arguments.sets}: fewer than 1,000 say too little", "Leave it out for 20,000.")
    from advisor.cli.progress import Progress
    from advisor.knowledge.load import load_named
    from advisor.verification.difference import compare

    old, new = (load_named(name, arguments.rules) for name in (arguments.name, arguments.other))
    with Progress(arguments.quiet, every=0) as progress:
        found = compare(
            old,
            new,
            (arguments.name, arguments.other),
            sets=arguments.sets,
            seed=arguments.seed,
            on_step=lambda step: progress.show(f"{step[0].upper()}{step[1:]} …"),
        )
    if arguments.json:
        flags.emit(found.model_dump_json(indent=2), arguments.output)
    else:
        from advisor.report.difference import render_difference

        flags.emit(render_difference(found), arguments.output)
    held = {"change": found.outcome == "change", "unproven": found.outcome != "proven-same"}
    return Exit.CONDITION_HELD if held.get(arguments.fail_on) else Exit.ANSWERED
