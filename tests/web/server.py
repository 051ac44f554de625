"""`advisor serve` as a process of its own."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
SECONDS = 40


class Served:
    """A server that is running."""

    def __init__(self, process, url):
        self.process = process
        self.url = url
        self.root = re.match("http://[^/]+", url)[0]

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(SECONDS)


@contextmanager
def served(*flags, **environment):
    """A server on this machine, which measures nothing; flags of `advisor serve` may say otherwise. `environment` has
    variables that differ from ours."""
    apart = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": {**os.environ, **environment}, "text": True}
    command = [sys.executable, "-m", "advisor", "serve", "--probe", "none", "--as-of", "2026-11-30", *flags]
    with subprocess.Popen(command, cwd=ROOT, **apart) as process:
        try:
            url = process.stdout.readline().strip()
            assert url, process.stderr.read()
            yield Served(process, url)
        finally:
            if process.poll() is None:
                process.terminate()
