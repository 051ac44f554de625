"""The processors and the memory that this process may use: control groups (v1 and v2), affinity, totals, and the
threads that it was told to use."""

import math
import os

UNLIMITED = 1 << 60
"""Control groups v1 write "no limit" as a number near 2**63; nothing has this much memory (bytes)."""


def read(path):
    """The stripped text of a file, or "" when it can't be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _numbers(paths, name):
    """The positive whole numbers that the files `name` hold in the folders `paths`."""
    texts = (read(os.path.join(path, name)) for path in paths)
    return [int(text) for text in texts if text.isdigit() and int(text) > 0]


def control_groups(root="/"):
    """Folders of the control groups that this process is in, with all their ancestors, of both versions."""
    folders = []
    mount = os.path.join(root, "sys/fs/cgroup")
    for line in read(os.path.join(root, "proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        base = os.path.join(mount, controllers) if controllers else mount
        parts = [part for part in path.split("/") if part]
        # An ancestor's limit binds too; in a container the path may lie outside the mount, so its root counts.
        folders += [os.path.join(base, *parts[:depth]) for depth in range(len(parts), -1, -1)]
    return [folder for folder in folders if os.path.isdir(folder)]


def cpu_quota(root="/"):
    """Processors that the tightest control group grants, as a float, or None."""
    groups = control_groups(root)
    quotas = []
    for group in groups:
        fields = read(os.path.join(group, "cpu.max")).split()
        if len(fields) == 2 and fields[0].isdigit():
            quotas.append(int(fields[0]) / int(fields[1]))
        quota, period = _numbers([group], "cpu.cfs_quota_us"), _numbers([group], "cpu.cfs_period_us")
        if quota and period:
            quotas.append(quota[0] / period[0])
    return min(quotas) if quotas else None


def memory_limit(root="/"):
    """Bytes that the tightest control group grants, or None."""
    groups = control_groups(root)
    limits = _numbers(groups, "memory.max") + _numbers(groups, "memory.limit_in_bytes")
    limits = [limit for limit in limits if limit < UNLIMITED]
    return min(limits) if limits else None


def memory_left(root="/"):
    """Bytes that are left to the control group that is the nearest to its limit, or None where none has one.

    The inactive part of the file cache counts as left: it is dropped when a program asks for its place.
    """
    left = []
    for group in control_groups(root):
        limits = _numbers([group], "memory.max") + _numbers([group], "memory.limit_in_bytes")
        used = _numbers([group], "memory.current") + _numbers([group], "memory.usage_in_bytes")
        stat = dict(line.split(" ", 1) for line in read(os.path.join(group, "memory.stat")).splitlines() if " " in line)
        cached = int(stat.get("total_inactive_file", stat.get("inactive_file", 0)))
        if limits and limits[0] < UNLIMITED:
            left.append(min(limits[0], max(0, limits[0] - sum(used) + cached)))
    return min(left) if left else None


def usable_cores(root="/"):
    """The least of the processor count, the affinity mask and the quota rounded up; at least 1."""
    counts = [os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        counts.append(len(os.sched_getaffinity(0)))
    quota = cpu_quota(root)
    if quota:
        counts.append(math.ceil(quota))
    return max(1, min(counts))


def threads():
    """How many threads the environment grants by OMP_NUM_THREADS; None where it doesn't say."""
    number = os.environ.get("OMP_NUM_THREADS", "")
    return int(number) if number.isdigit() and int(number) > 0 else None
