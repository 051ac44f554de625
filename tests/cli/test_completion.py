"""Completion: every command and flag is in the scripts, and bash completes with its own."""

import shutil
import subprocess

import pytest

from advisor.cli.completion import SHELLS, whole_parser
from advisor.cli.main import COMMANDS, main


def script(capsys, shell):
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def flags_of(parser):
    return {flag for action in parser._actions for flag in action.option_strings}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_flag_is_in_the_script(capsys, shell):
    text = script(capsys, shell)
    commands = next(action.choices for action in whole_parser()._actions if action.dest == "command")
    assert set(commands) == set(COMMANDS)
    for name, parser in commands.items():
        assert name in text
        for flag in flags_of(parser):
            written = flag.lstrip("-") if shell == "fish" else flag
            assert written in text, (name, flag)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["advisor", "sc"], {"scan", "schema"}),
        (["advisor", "scan", "--ti"], {"--time-limit"}),
        (["advisor", "probe", "--level", ""], {"quick", "full"}),
        (["advisor", "completion", ""], {"bash", "zsh", "fish"}),
        (["advisor", "--pro"], {"--probe"}),
    ],
)
def test_bash_completes(capsys, tmp_path, words, expected):
    path = tmp_path / "advisor.bash"
    path.write_text(script(capsys, "bash"))
    line = " ".join(f"'{word}'" for word in words)
    program = (
        f"source {path}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; "
        '_shtab_advisor advisor "${COMP_WORDS[COMP_CWORD]}" ""; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert set(done.stdout.split()) == expected, done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_accept_their_script(capsys, tmp_path, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    path = tmp_path / "script"
    path.write_text(script(capsys, shell))
    assert subprocess.run([shell, "-n", path], timeout=30, check=False).returncode == 0
