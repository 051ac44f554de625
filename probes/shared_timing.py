"""How anything is timed: warm-up, blocks long enough for the clock, and ratios within one process."""

import math
import time

WARM_UP_STEPS = 3
BLOCK_SECONDS = 0.2
"""No block is shorter."""

_slowdown = 1.0


def plant_slowdown(factor):
    """Make every timed block take `factor` times as long, by waiting: how the advisor tests its own measuring."""
    global _slowdown
    _slowdown = max(1.0, float(factor))


def seconds(run, calls=1):
    """Seconds that `run(calls)` takes."""
    start = time.perf_counter()
    run(calls)
    return _slowed(time.perf_counter() - start)


def seconds_told(run, calls=1):
    """Seconds that `run(calls)` says its calls took, where it has to do more than these."""
    return _slowed(run(calls))


def _slowed(took):
    """Seconds that something takes which took so many, the planted slowdown included, which is waited for."""
    start = now = time.perf_counter()
    while now - start < (_slowdown - 1) * took:
        now = time.perf_counter()
    return took + now - start


def warm_up(run):
    """Take `WARM_UP_STEPS` calls one by one; return the least of their times in seconds."""
    return min(seconds(run) for _ in range(WARM_UP_STEPS))


def time_blocks(run, blocks, expected, timer=seconds):
    """Seconds per call of each block, and the calls in a block.

    `run(n)` makes n calls and returns once the device has finished them; `expected` is about what one takes (s);
    `timer(run, n)` is `seconds` or `seconds_told`.
    A block that ends before `BLOCK_SECONDS` is not a sample: all are taken anew with more calls.
    """
    calls = _calls(expected)
    samples = []
    while len(samples) < blocks:
        took = timer(run, calls)
        if took < BLOCK_SECONDS:
            # At most tenfold: a time too short to be true must not make a block of minutes.
            calls, samples = min(10 * calls, max(calls + 1, _calls(took / calls))), []
        else:
            samples.append(took / calls)
    return samples, calls


def time_ratio(base, other, blocks=3):
    """How many times as long a call of `other` takes as one of `base`: the median over blocks timed in turn.

    Both are functions of a number of calls, as in `time_blocks`, and are warmed up first. A ratio within one process
    is free of what differs between processes, but has no interval.
    """
    expected = warm_up(base), warm_up(other)
    ratios = []
    for turn in range(blocks):
        pair = [(base, expected[0]), (other, expected[1])]
        times = [time_blocks(run, 1, guess)[0][0] for run, guess in (pair if turn % 2 == 0 else pair[::-1])]
        ratios.append(times[1] / times[0] if turn % 2 == 0 else times[0] / times[1])
    return sorted(ratios)[len(ratios) // 2]


def _calls(expected):
    """Calls that take a fifth longer than a block, so that noise rarely takes one under its length."""
    return max(1, math.ceil(1.2 * BLOCK_SECONDS / max(expected, 1e-6)))
