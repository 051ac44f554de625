"""What the kernel counts for the control group that this process is in."""

import contextlib
from pathlib import Path

_MOUNT = Path("/sys/fs/cgroup")


def counts(name: str) -> dict[str, int]:
    """The counters in a file of the group, by name; of the mount's own where its path lies outside of it, as in
    containers. Empty where there is none: control groups of version 1 have other files."""
    groups = []
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        groups = [line.removeprefix("0::").strip("/") for line in lines if line.startswith("0::")]
    found = (read(_MOUNT / group / name) for group in (*groups, ""))
    return next((each for each in found if each), {})


def read(file: Path) -> dict[str, int]:
    """The counters in a file that has one a line, NAME NUMBER; none where it can't be read."""
    try:
        return {name: int(number) for name, number in (line.split() for line in file.read_text().splitlines())}
    except (OSError, ValueError):
        return {}
