"""How fast does the stack move arrays through memory: adding two that no cache holds, eagerly?"""

from shared_arrays import Arrays, cache_bytes, large_bytes
from shared_envelope import works
from shared_timing import time_blocks, warm_up
from shared_workload import SEED

SOME = 1 << 22
"""So many numbers are drawn for an array, and repeated."""


def run(session, options):
    """Samples: memory-bandwidth (gb_per_s: two arrays read and one written), a number a block.

    Findings: array_bytes, cache_bytes, sums_per_block, mode, device, and of the first turn page_faults_per_sum. Each
    sum is a new array, as it is for users. Where the allocator gives memory back to the system in between, every page
    of it is a fault, which costs more than the addition. For plain torch, which can write into an array that is there,
    reused_gb_per_s too.
    """
    session.stack.load()
    work = session.keep("memory-bandwidth", lambda: _Sum(Arrays(session.stack)))
    times, calls = time_blocks(work.chain, options.get("blocks", 3), work.expected)
    findings = {"sums_per_block": calls, "mode": work.arrays.mode, "device": work.arrays.device}
    if options.get("turn", 1) == 1:
        findings.update(work.once())
    return works({"memory-bandwidth": [3 * work.bytes / each / 1e9 for each in times]}, findings)


def _faults(chain):
    """Pages that the system hands out anew for a call, or None where it doesn't count them."""
    try:
        import resource
    except ImportError:
        return None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    chain(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


class _Sum:
    def __init__(self, arrays):
        import numpy

        random = numpy.random.default_rng(SEED)
        self.arrays, self.bytes = arrays, large_bytes()
        # Fresh numbers for all of it would take longer than the measuring; what repeats is beyond any cache.
        some = random.standard_normal((2, SOME), dtype="float32")
        self.start, self.step = (arrays.make(numpy.resize(each, self.bytes // 4), "float32") for each in some)
        self.expected = warm_up(self.chain)

    def once(self):
        """Findings that no further turn would change."""
        findings = {
            "page_faults_per_sum": _faults(self.chain),
            "array_bytes": self.bytes,
            "cache_bytes": cache_bytes(),
        }
        if self.arrays.stack.family == "pytorch":
            reused, _ = time_blocks(self.reuse, 1, warm_up(self.reuse))
            findings["reused_gb_per_s"] = 3 * self.bytes / reused[0] / 1e9
        return findings

    def chain(self, count):
        """Add `count` times, each time to what came of the last, and wait."""
        total = self.start
        for _ in range(count):
            total = self.arrays.add(total, self.step)
        self.arrays.wait(total)

    def reuse(self, count):
        """Add `count` times into the same array, and wait."""
        total = self.start.clone()
        for _ in range(count):
            self.arrays.add(total, self.step, out=total)
        self.arrays.wait(total)
