"""`advisor completion`: a script that completes commands, flags and their values in a shell."""

from __future__ import annotations

import argparse
import importlib

from advisor.cli import flags
from advisor.cli.main import COMMANDS

SHELLS = ("bash", "zsh", "fish")
_EXAMPLES = """\
  advisor completion bash > ~/.local/share/bash-completion/completions/advisor
  advisor completion zsh > ~/.zfunc/_advisor       with `fpath+=~/.zfunc; autoload -Uz compinit; compinit` in ~/.zshrc
  advisor completion fish > ~/.config/fish/completions/advisor.fish
  source <(advisor completion bash)                for this session alone
"""
_FILES = ("FILE", "RESULT", "RECORD", "PATH")
_FOLDERS = ("DIR",)


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("completion", "Prints a script that completes advisor's commands and flags.", _EXAMPLES)
    made.add_argument("shell", choices=SHELLS, help="for which shell")
    made.add_argument("-o", dest="output", metavar="FILE", type=flags.output, help="write it there")
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    flags.emit(shtab.complete(whole_parser(), arguments.shell), arguments.output)
    return 0


def whole_parser() -> argparse.ArgumentParser:
    """One parser with every command in it, which exists for completion only: the command line itself makes just the
    one that it needs."""
    top = flags.Parser(prog="advisor", parents=[_silent(importlib.import_module("advisor.cli.recommend").parser())])
    commands = top.add_subparsers(dest="command")
    for name, text in COMMANDS.items():
        each = importlib.import_module(f"advisor.cli.{name}").parser()
        commands.add_parser(name, parents=[_silent(each)], description=text, help=text)
    _mark_files(top)
    for each in commands.choices.values():
        _mark_files(each)
    return top


def _silent(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A parser to be copied from: without the help and the catch-all for commands that its copy has itself."""
    parser._actions = [a for a in parser._actions if a.dest != "help" and (a.dest != "command" or a.option_strings)]
    for group in parser._action_groups:
        group._group_actions = [action for action in group._group_actions if action in parser._actions]
    return parser


def _mark_files(parser: argparse.ArgumentParser) -> None:
    import shtab

    for action in parser._actions:
        if action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
