"""`advisor batch`: lines in, lines out, and whatever else may come."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from advisor.cli.lines import LONGEST, numbered
from advisor.cli.main import main
from advisor.knowledge.load import load
from advisor.model.batch import BatchLine
from tests.support.random_answers import some

ROOT = Path(__file__).parents[2]
KNOWLEDGE = load()
DATED = ["--probe", "none", "--as-of", "2026-11-30"]


def batch(capfdbinary, monkeypatch, data, *arguments):
    """Exit code, the lines of the output, and what was said on standard error."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code = main(["batch", *DATED, *arguments])
    out, err = capfdbinary.readouterr()
    assert not out or out.endswith(b"\n")
    return code, [json.loads(line) for line in out.splitlines()], err.decode()


def plain(given):
    return {name: list(a.value) if isinstance(a.value, tuple) else a.value for name, a in given.items()}


def test_every_line_has_its_result_in_order(capfdbinary, monkeypatch):
    rng = random.Random(2)
    sets = [plain(some(KNOWLEDGE, rng, 0.7)) for _ in range(600)]
    lines = [
        json.dumps(answers if index % 2 else {"id": f"n{index}", "answers": answers})
        for index, answers in enumerate(sets)
    ]
    code, found, err = batch(capfdbinary, monkeypatch, "\n".join(lines).encode(), "--short")
    assert (code, err, len(found)) == (0, "", 600)
    assert [line["line"] for line in found] == list(range(1, 601))
    assert [line.get("id") for line in found] == [None if index % 2 else f"n{index}" for index in range(600)]
    validator = jsonschema.Draft202012Validator(BatchLine.model_json_schema(mode="serialization"))
    for line in found:
        validator.validate(line)
        assert line["shares"][line["leader"]] == line["confidence"]
    # What stands beside it doesn't change a result.
    _, again, _ = batch(capfdbinary, monkeypatch, "\n".join(reversed(lines)).encode(), "--short")
    assert [line | {"line": 0} for line in reversed(again)] == [line | {"line": 0} for line in found]


def test_whole_results_are_those_of_json(capfdbinary, monkeypatch):
    given = {"stage": "research", "targets": ["server"], "devices": 4, "onnx": None}
    data = json.dumps(given).encode()
    code, (line,), _ = batch(capfdbinary, monkeypatch, data, "--seed", "3")
    jsonschema.validate(line, BatchLine.model_json_schema(mode="serialization"))
    monkeypatch.setattr("sys.stdin", io.StringIO(data.decode()))
    assert main(["--json", *DATED, "--answers", "-", "--seed", "3"]) == code == 0
    assert line == {"line": 1, "result": json.loads(capfdbinary.readouterr()[0])}


BAD = {
    b"nonsense": "not valid JSON at column 1",
    b"[1, 2]": "expected an object of answers",
    b'{"stage": "reserch"}': "stage: 'reserch' is not one of: learning",
    b'{"stge": "research"}': "there is no question 'stge'",
    b'{"id": 4, "stage": "research"}': "there is no question 'id'",
    b'{"id": 4, "answers": {}, "more": 1}': "there is no field 'more'",
    b'{"id": [4], "answers": {}}': "id: expected a text or a whole number",
    b'{"id": true, "answers": {}}': "id: expected a text or a whole number",
    b'{"id": "\\ud800", "answers": {}}': "id: half of a surrogate pair is no text",
    b'{"answers": []}': "answers: expected an object",
    b'{"stage": "research", "stage": "learning"}': "'stage' is given twice",
    b'{"answers": {"stage": "research", "stage": "learning"}}': "'stage' is given twice",
    b'{"devices": NaN}': "NaN is no number",
    b'{"devices": -Infinity}': "-Infinity is no number",
    b'{"devices": 1e999}': "devices: inf is not a whole number from",
    b'{"devices": 1.5}': "devices: 1.5 is not a whole number from",
    b'{"devices": 1' + b"0" * 400 + b"}": "devices: 1000",
    b'{"devices": 1' + b"0" * 5000 + b"}": "a number of thousands of digits",
    b'{"devices": true}': "devices: True is not a whole number",
    b'{"onnx": [true]}': "onnx: [True] is neither yes nor no",
    b'{"onnx": 1}': "onnx: 1 is neither yes nor no",
    b'{"targets": [["server"]]}': "targets: ['server'] is not one of",
    b'{"targets": {"server": 1}}': "targets: {'server': 1} is not a list",
    b'{"stage": "\xff"}': "not UTF-8 at byte 12",
    b'{"stage": "\\ud800"}': "stage: '\\ud800' is not one of",
    b"[" * 100_000: "not valid JSON: nested too deeply",
    b'{"stage": "' + b"x" * LONGEST + b'"}': "the line is longer than 1 MiB",
    b'{"stage": "' + b"x" * 5000 + b'"}': "stage: 'xxxx",
    b"\x00": "not valid JSON at column 1",
}


def test_bad_lines_are_named_and_skipped(capfdbinary, monkeypatch):
    good = b'{"id": "good", "answers": {"stage": "research", "onnx": true, "devices": 1}}'
    data = b"\n".join(line for bad in BAD for line in (bad, good))
    code, found, err = batch(capfdbinary, monkeypatch, data, "--short", "--on-error", "skip")
    assert (code, len(found)) == (0, 2 * len(BAD))
    validator = jsonschema.Draft202012Validator(BatchLine.model_json_schema(mode="serialization"))
    said = err.splitlines()
    for index, message in enumerate(BAD.values()):
        line, after = found[2 * index : 2 * index + 2]
        validator.validate(line)
        assert message in line["error"]["message"]
        assert len(line["error"]["message"]) <= 400
        assert said[index].startswith(f"standard input:{2 * index + 1}: ")
        assert message in said[index]
        assert after["id"] == "good"
    assert f"{2 * len(BAD)} lines" in said[-1]
    assert f"{len(BAD)} could not be used" in said[-1]


def test_a_bad_line_stops_unless_asked_otherwise(capfdbinary, monkeypatch, tmp_path):
    data = b'{"stage": "research"}\n{"id": "b", "answers": {"stage": "x"}}\n{"stage": "research"}\n'
    code, found, err = batch(capfdbinary, monkeypatch, data, "--short")
    assert (code, len(found)) == (2, 2)
    assert (found[1]["line"], found[1]["id"], found[1]["error"]["code"]) == (2, "b", "invalid-input")
    assert "standard input:2: stage: 'x' is not one of" in err
    target = tmp_path / "out.jsonl"
    assert batch(capfdbinary, monkeypatch, data, "--short", "-o", str(target))[:2] == (2, [])
    assert list(tmp_path.iterdir()) == []
    code, found, _ = batch(capfdbinary, monkeypatch, data, "--short", "-o", str(target), "--on-error", "skip")
    assert (code, found, len(target.read_text().splitlines())) == (0, [], 3)


def test_empty_lines_ends_and_marks(capfdbinary, monkeypatch):
    data = b'\xef\xbb\xbf\n  \n{"stage": "research"}\r\n\n\t\n{"id": 7, "answers": {}}'
    code, found, err = batch(capfdbinary, monkeypatch, data, "--short")
    assert (code, err) == (0, "")
    assert [(line["line"], line.get("id")) for line in found] == [(3, None), (6, 7)]
    assert batch(capfdbinary, monkeypatch, b"", "--short")[:2] == (0, [])
    assert batch(capfdbinary, monkeypatch, b"x\ny\n", "--short", "--on-error", "skip")[0] == 2


def test_exit_codes_and_flags(capfdbinary, monkeypatch):
    data = b'{"stage": "research"}\n'
    code, (line,), _ = batch(capfdbinary, monkeypatch, data, "--short", "--draws", "1000")
    assert (code, line["draws"]) == (0, 1000)
    again = batch(capfdbinary, monkeypatch, data, "--short", "--draws", "1000", "--fail-on", line["kind"])
    assert again[0] == 6
    code, _, err = batch(capfdbinary, monkeypatch, data, "--short", "--draws", "30")
    assert (code, "multiple of 20" in err) == (2, True)
    assert batch(capfdbinary, monkeypatch, data, "--draws", "500")[0] == 2
    assert batch(capfdbinary, monkeypatch, data, "no-such-file.jsonl")[0] == 2


class Trickle(io.BytesIO):
    """Gives a few bytes at a time, as a slow pipe does."""

    def read1(self, size=-1):
        return super().read1(7)


@pytest.mark.parametrize("stream", [io.BytesIO, Trickle])
def test_lines_are_the_same_however_they_come(stream):
    data = b'\n{"a": 1}\n' + b"y" * (LONGEST + 5) + b"\n\n" + b"z" * (LONGEST) + b"\n" + b"w" * (LONGEST + 1)
    expected = [(2, b'{"a": 1}'), (3, None), (5, b"z" * LONGEST), (6, None)]
    if stream is Trickle:
        data, expected = b"\nabcdefghij\n\nk\r\nl", [(2, b"abcdefghij"), (4, b"k\r"), (5, b"l")]
    assert [line for chunk in numbered("n", stream(data), 2) for line in chunk] == expected


def started(*arguments, **environment):
    command = [sys.executable, "-m", "advisor", "batch", *DATED, *arguments]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    # Whoever runs the tests in the background has them ignore the signal, and so would the child.
    default = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    return subprocess.Popen(command, cwd=ROOT, preexec_fn=default, env={**os.environ, **environment}, **pipes)


def test_a_result_comes_before_the_next_line_and_an_interruption_leaves_whole_lines():
    process = started("--short")
    for number in (1, 2):
        process.stdin.write(b'{"stage": "research"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["line"] == number
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="how much is in a pipe is asked as Linux tells it")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_line_that_waits_for_its_reader_is_whole_when_it_is_interrupted(number, unbuffered):
    """A result is longer than what a pipe holds, so that writing it waits for the reader."""
    import fcntl
    import struct
    import termios

    process = started(PYTHONUNBUFFERED=unbuffered)
    process.stdin.write(b'{"stage": "research"}\n' * 3)
    process.stdin.close()
    process.stdin = None
    # A page, which is filled to its end: of several, the last may be left in part.
    size = fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 1)
    for _ in range(600):
        (waiting,) = struct.unpack("i", fcntl.ioctl(process.stdout, termios.FIONREAD, b"\0" * 4))
        if waiting == size:
            break
        time.sleep(0.1)
    assert waiting == size
    process.send_signal(number)
    time.sleep(0.2)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.endswith(b"\n") and all(map(json.loads, out.splitlines()))
    assert b"Traceback" not in err


def test_a_reader_that_leaves_ends_it_quietly():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "advisor", "batch", "--short", *DATED]
    done = subprocess.run(
        command, cwd=ROOT, input=b'{"stage": "research"}\n' * 10, stdout=writing, stderr=subprocess.PIPE, timeout=60
    )
    os.close(writing)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_trade_offs_are_learned_from_as_in_a_whole_result(capfdbinary, monkeypatch):
    chosen = dict.fromkeys(list(KNOWLEDGE.trade_off)[:3], "left")
    lines = [{"stage": "production"}, {"stage": "production", **chosen}, dict.fromkeys(chosen)]
    data = "\n".join(map(json.dumps, lines)).encode()
    code, short, _ = batch(capfdbinary, monkeypatch, data, "--short", "--draws", "10000")
    _, whole, _ = batch(capfdbinary, monkeypatch, data)
    assert code == 0
    assert short[0]["shares"] != short[1]["shares"]
    for brief, line in zip(short, whole, strict=True):
        verdict = line["result"]["verdict"]
        assert {name: brief[name] for name in brief.keys() & verdict.keys()} == {
            name: verdict[name] for name in ("kind", "candidate", "leader", "confidence", "confidence_error")
        }
        assert brief["shares"] == {row["candidate"]: row["first_rank_share"] for row in line["result"]["ranking"]}


def test_a_file_stays_as_private_as_it_was(capfdbinary, monkeypatch, tmp_path):
    path = tmp_path / "out.jsonl"
    path.touch(mode=0o600)
    assert batch(capfdbinary, monkeypatch, b"{}\n", "--short", "-o", str(path))[0] == 0
    assert (path.stat().st_mode & 0o777, len(path.read_text().splitlines())) == (0o600, 1)
