"""How far something is, at a terminal and elsewhere."""

import os
import sys

import pytest

from advisor.cli.measuring import tell
from advisor.cli.progress import Progress
from advisor.probing.events import Event


@pytest.fixture
def clock(monkeypatch):
    """Sets the time."""
    now = [0.0]
    monkeypatch.setattr("advisor.cli.progress.time.monotonic", lambda: now[0])
    return lambda seconds: now.__setitem__(0, seconds)


def test_elsewhere_lines_come_after_a_while_and_now_and_then(capsys, clock):
    with Progress(quiet=False, after=1, every=5) as progress:
        for time in (0.5, 1.5, 2.0, 7.0):
            clock(time)
            progress.show(f"at {time}")
    assert capsys.readouterr().err == "at 1.5\nat 7.0\n"


def test_what_is_said_stands_and_the_rest_only_at_a_terminal(capsys, clock):
    with Progress(quiet=False) as progress:
        progress.show("never")
        progress.say("always")
    with Progress(quiet=True, every=0) as progress:
        progress.show("never")
        progress.say("never")
    assert capsys.readouterr().err == "always\n"


def test_a_line_is_written_over_and_gone_even_after_an_interrupt(capsys, clock, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr("advisor.cli.progress.get_terminal_size", lambda: os.terminal_size((10, 24)))
    with pytest.raises(KeyboardInterrupt), Progress(quiet=False) as progress:
        progress.show("first")
        clock(0.05)
        progress.show("too soon")
        clock(0.2)
        progress.show("longer than the line")
        progress.say("stays")
        clock(0.4)
        progress.show("last")
        raise KeyboardInterrupt
    wipe = "\r\x1b[K"
    assert capsys.readouterr().err == f"{wipe}first{wipe}longer th{wipe}stays\n{wipe}last{wipe}"


def test_a_run_says_what_finished_and_whose_numbers_are_noisy(capsys):
    given = {"candidate": "pytorch", "interpreter": "py", "probe": "cnn", "launch": 2, "launches": 3, "total": 9}
    with Progress(quiet=False) as progress:
        tell(progress, Event(kind="started", index=4, **given))
        tell(progress, Event(kind="finished", index=4, status="works", eta_s=12.0, **given))
        tell(progress, Event(kind="judged", index=4, quality="noisy", text="the machine varied", **given))
    assert capsys.readouterr().err == (
        "[4/9] pytorch, launch 2: cnn: works, about 12 s left\n"
        "[4/9] pytorch, launch 2: cnn: noisy: the machine varied\n"
    )
