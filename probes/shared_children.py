"""Programs of this folder as child processes of a probe, one alone or several side by side; none of them outlives it.

Of several each leaves its result in a file and then waits until its stdin ends, so that nobody who still talks to it
misses it. Its stdin ends with the probe's process, however that ends.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from shared_envelope import first_line, told

THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "NPROC",
)
POLL_SECONDS = 0.02


class ChildFailed(Exception):
    """A child failed; the message is one line of its error."""


def threads_environment(threads):
    """The variables that give a child so many threads, whatever it uses."""
    return dict.fromkeys(THREADS, str(threads))


def free_port():
    """A port that nobody uses: the system chooses it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def printed(arguments, seconds, **environment):
    """What a program of this folder, the first of the arguments, prints with these variables besides one's own.

    Raises ChildFailed when it fails or prints nothing, and subprocess.TimeoutExpired after so many seconds.
    """
    done = subprocess.run(
        _command(arguments),
        env=dict(os.environ, **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=seconds,
    )
    text = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode or not text:
        raise ChildFailed(_last_line(done.stderr) or "exited with code {}".format(done.returncode))
    return text


def _command(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    return [sys.executable, "-B", os.path.join(here, arguments[0])] + arguments[1:]


def run_together(children, folder, seconds):
    """The results of `children`, pairs of arguments (a program of this folder comes first) and an environment to add.

    Each is told the path of its result as its last argument; `folder` takes the results. Raises ChildFailed as soon as
    one fails, or when they haven't all ended after so many seconds. None is left running.
    """
    results, processes = [], []
    try:
        for number, (arguments, environment) in enumerate(children):
            results.append(os.path.join(folder, "{}-{}.json".format(os.path.basename(folder), number)))
            with open(results[-1] + ".err", "wb") as errors:
                processes.append(
                    subprocess.Popen(
                        _command(arguments + [results[-1]]),
                        env=dict(os.environ, **environment),
                        stdin=subprocess.PIPE,
                        stdout=subprocess.DEVNULL,
                        stderr=errors,
                        start_new_session=True,
                    )
                )
        return _await(processes, results, time.monotonic() + seconds)
    finally:
        for process in processes:
            _end(process)
        for result in results:
            if os.path.exists(result):
                os.remove(result)


def _await(processes, results, deadline):
    """The results, once all are there."""
    while True:
        # Asked before looking for results: a child that ends has left its result first.
        ended = [process.poll() is not None for process in processes]
        found = [_read(result) for result in results]
        for result, answer, gone in zip(results, found, ended):
            if answer and "error" in answer:
                raise ChildFailed(answer["error"])
            if gone and not answer:
                with open(result + ".err", "rb") as errors:
                    raise ChildFailed(_last_line(errors.read()) or "ended without a result")
        if all(found):
            return found
        if time.monotonic() > deadline:
            raise ChildFailed("no result in time; {} of {} ended".format(sum(map(bool, found)), len(found)))
        time.sleep(POLL_SECONDS)


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def _last_line(errors):
    """The last line that says anything of what a process wrote to stderr, or ""."""
    lines = [line for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    return first_line(lines[-1]) if lines else ""


def _end(process):
    """Kill a child with its process group, and reap it."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.stdin.close()
    process.wait()


def as_child(main):
    """Be a child: write what `main(*arguments)` returns, a dictionary for JSON, to the path that the last argument
    names, and end when stdin does."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        answer = main(*sys.argv[1:-1])
    except BaseException as error:  # SystemExit too: whatever it is, it becomes the result
        answer = {"error": told(error)}
    with open(sys.argv[-1] + ".part", "w", encoding="utf-8") as file:
        json.dump(answer, file)
    os.replace(sys.argv[-1] + ".part", sys.argv[-1])
    threading.Event().wait()


def _follow_parent():
    sys.stdin.buffer.read()
    os._exit(0)
