"""Every way in which a probe's process can end badly, with real processes."""

import threading
import time
from pathlib import Path

import psutil
import pytest

from advisor.probing import child
from advisor.probing.child import ANSWER_BYTES, Cancelled
from advisor.probing.worker import Worker


def ask(fake, python, body, probe="bad", seconds=15.0):
    """Ask a fake that has `body` for the probe `bad`, then for `good`; both envelopes, and the fake."""
    program = fake(f"if probe == 'bad':\n{_indent(body)}\nelse:\n    answer()")
    with Worker(python, program.folder, "alpha", 1, memory_bytes=400 << 20) as worker:
        bad = worker.ask(probe, {}, seconds)
        good = worker.ask("good", {}, 15)
    return bad, good, program


def _indent(body):
    return "\n".join("    " + line for line in body.splitlines())


def gone(pid: int, seconds: float = 3) -> bool:
    """Whether a process has ended, a zombie being one that has."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


# An illegal instruction of x86 (ud2) or ARM (udf 0), really executed.
ILLEGAL = """
import ctypes, mmap, platform
code = b"\\x0f\\x0b" if platform.machine() in ("x86_64", "AMD64", "i686") else b"\\x00\\x00\\x00\\x00"
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
HUNGRY = """
held = []
while True:
    held.append(bytearray(os.urandom(1 << 20) * 16))
    time.sleep(0.01)
"""
LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
held = bytearray(8 << 30)
"""


@pytest.mark.parametrize(
    ("body", "cause", "detail"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed", "SIGSEGV"),
        ("os.abort()", "crashed", "SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGILL)", "crashed", "SIGILL"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "SIGSEGV"),
        (ILLEGAL, "crashed", "SIGILL"),
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 5))\nwhile True: pass", "crashed", "SIGXCPU"),
        (HUNGRY, "killed", "of memory, more than it may"),
        (LIMITED, "error", "MemoryError"),
        ("import shutil; shutil.rmtree(os.getcwd()); os._exit(7)", "error", "exited with code 7"),
        ("os.close(0); time.sleep(60)", "timed-out", "no answer within 0.5 s"),
        ("os.write(1, bytes(range(256)) * 100); os._exit(0)", "garbage", "without an answer"),
        ("os.write(1, b'{\\xff\\xfe}\\n'); time.sleep(60)", "garbage", "not an envelope"),
        ("print('{}', flush=True)", "garbage", "Field required"),
        ("answer(findings={'a': [1, 2]})", "garbage", "findings"),
        ("answer(findings={'a': 1e999})", "garbage", "Infinity is not a number"),
        ("answer(samples={'step': [-1.0]})", "garbage", "greater than 0"),
        ("answer(samples={'step': [1e-200]})", "garbage", "beyond anything that is measured"),
        ("answer(samples={'step': [1e150]})", "garbage", "beyond anything that is measured"),
        ("answer(samples={'step': ['fast']})", "garbage", "samples"),
        ("answer(candidate='omega')", "garbage", "an answer for omega bad"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed", "SIGKILL"),
        ("raise SystemExit('no such device')", "error", "no such device"),
        ("os._exit(0)", "garbage", "without an answer"),
        ("print('hello'); os._exit(0)", "garbage", "without an answer"),
        ('os.write(1, b\'{"envelope": 1, "pro\'); os._exit(0)', "garbage", "without an answer"),
        ('os.write(1, b\'{"envelope": 1, "pro\'); os._exit(3)', "garbage", "half an answer"),
        ("print('{not json}', flush=True)", "garbage", "not an envelope"),
        ("answer(samples={'step': [float('nan')]})", "garbage", "NaN is not a number"),
        ("answer(samples={'step': [1e999]})", "garbage", "Infinity is not a number"),
        ("print(json.dumps({'envelope': 1}), flush=True)", "garbage", "probe"),
        ("answer(samples={'step': [0]})", "garbage", "greater than 0"),
        ("answer(status='great')", "garbage", "status"),
        ("answer(surplus=1)", "garbage", "surplus"),
        ("answer(probe='other')", "garbage", "an answer for alpha other"),
        ("print('{\"a\":' * 100000, flush=True)", "garbage", "nested too deeply"),
        ("os.close(1); time.sleep(60)", "garbage", "closed its output"),
        ("time.sleep(60)", "timed-out", "no answer within 0.5 s"),
        ("print('still at it', flush=True); time.sleep(60)", "timed-out", "no answer within 0.5 s"),
    ],
)
def test_a_bad_end_is_an_outcome_and_the_next_probe_goes_on(fake, python, body, cause, detail):
    bad, good, program = ask(fake, python, body, seconds=0.5 if cause == "timed-out" else 15)
    assert (bad.status, bad.cause) == ("fails", cause)
    assert detail in bad.detail
    assert good.works
    assert len({pid for *_, pid in program.log}) == 2, "a new process answers after a dead one"
    assert all(gone(int(pid)) for *_, pid in program.log)


@pytest.mark.parametrize("stream", [1, 2])
@pytest.mark.parametrize("line", [b"x" * 65536, b"x" * 65535 + b"\n"])
def test_a_flood_does_no_harm(fake, python, stream, line):
    before = psutil.Process().memory_info().rss
    loop = f"for _ in range(2000):\n    os.write({stream}, {line[:1]!r} * {line.count(b'x')} + {line[-1:]!r})\nanswer()"
    bad, good, _ = ask(fake, python, loop)
    if stream == 1:
        assert (bad.cause, bad.detail) == (
            "garbage",
            f"more than {ANSWER_BYTES >> 20} MiB of output instead of an answer",
        )
    else:
        assert bad.works
    assert good.works
    assert psutil.Process().memory_info().rss - before < 64 << 20


def test_stderr_explains_a_death(fake, python):
    bad, _, _ = ask(fake, python, "os.write(2, b'x' * 100000 + b'\\nCUDA driver \\x1b[31mtoo old\\n'); os._exit(1)")
    assert bad.detail == "exited with code 1 without an answer: CUDA driver  [31mtoo old"


def test_a_program_that_exits_at_start_is_an_error(fake, python, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "__main__.py").write_text("import nothing_of_this_name")
    with Worker(python, folder, "alpha", 1) as worker:
        envelope = worker.ask("train", {}, 15)
    assert (envelope.cause, envelope.status) == ("error", "fails")
    assert "ModuleNotFoundError" in envelope.detail


def test_an_interpreter_that_is_gone_is_missing(tmp_path):
    with Worker(str(tmp_path / "python"), tmp_path, "alpha", 1) as worker:
        envelope = worker.ask("train", {}, 15)
    assert (envelope.status, envelope.cause) == ("not-tried", "missing")


def test_noise_before_the_answer_does_not_spoil_it(fake, python):
    bad, _, program = ask(fake, python, "print('Welcome to the cluster!')\nanswer(findings={'a': 1})")
    assert bad.findings == {"a": 1}
    assert len({pid for *_, pid in program.log}) == 1


def test_a_flood_of_a_gigabyte_is_cut_off(fake, python):
    bad, good, _ = ask(fake, python, "for _ in range(1 << 14):\n    os.write(1, b'x' * 65536)\nanswer()")
    assert bad.cause == "garbage"
    assert good.works


def test_an_interpreter_that_vanishes_midway_is_missing(fake, python, tmp_path):
    link = tmp_path / "python"
    link.symlink_to(python)
    program = fake("os.abort() if probe == 'bad' else answer()")
    with Worker(str(link), program.folder, "alpha", 1) as worker:
        assert worker.ask("good", {}, 15).works
        link.unlink()
        assert worker.ask("good", {}, 15).works, "a process that runs goes on"
        assert worker.ask("bad", {}, 15).cause == "crashed"
        assert worker.ask("good", {}, 15).cause == "missing"


CHILD = "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"


@pytest.mark.parametrize("start", ["", ", start_new_session=True"])
@pytest.mark.parametrize(
    "ending", ["os._exit(1)", "time.sleep(60)", "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", ""]
)
def test_a_grandchild_left_behind_is_gone(fake, python, ending, start, monkeypatch):
    monkeypatch.setattr(child, "TERM_SECONDS", 0.5)
    body = f"{CHILD[:-1]}{start})\nLOG.with_name('pid').write_text(str(child.pid))\n{ending or 'answer()'}"
    program = fake(f"if probe == 'bad':\n{_indent(body)}\nelse:\n    answer()")
    with Worker(python, program.folder, "alpha", 1) as worker:
        assert worker.ask("good", {}, 15).works, "it has started, which is not to count"
        bad = worker.ask("bad", {}, 1 if "sleep" in ending else 15)
    assert bad.works == (ending == "")
    assert gone(int((program.folder / "pid").read_text()))


@pytest.mark.parametrize("silent", ["", "os.close(1); "])
def test_cancelling_kills_at_once(fake, python, silent):
    program = fake(f"signal.signal(signal.SIGTERM, signal.SIG_IGN); {silent}time.sleep(60)")
    cancelled, asked = threading.Event(), []

    def cancel():
        while not program.log:
            time.sleep(0.02)
        asked.append(time.monotonic())
        cancelled.set()

    threading.Thread(target=cancel, daemon=True).start()
    with pytest.raises(Cancelled), Worker(python, program.folder, "alpha", 1) as worker:
        worker.ask("train", {}, 60, cancelled)
    assert time.monotonic() - asked[0] < 10, "long before the 60 seconds that it sleeps or may take"
    assert all(gone(int(pid)) for *_, pid in program.log)


def test_the_private_folder_is_removed(fake, python):
    program = fake(
        "answer(findings={'folder': os.environ['TMPDIR'], 'cwd': os.getcwd(), 'home': os.environ['KERAS_HOME']})"
    )
    with Worker(python, program.folder, "alpha", 1) as worker:
        findings = worker.ask("train", {}, 15).findings
        assert Path(findings["folder"]).is_dir()
    assert findings["folder"] == findings["cwd"] == findings["home"]
    assert not Path(findings["folder"]).exists()
