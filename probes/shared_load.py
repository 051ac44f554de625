"""How busy other processes keep the machine while something is measured."""

import os

from shared_limits import read


class Watch:
    """A context manager; afterwards `others_busy` is the share (0..1) of all processors' time that others used.

    None where the system does not tell (only Linux does) or the time was too short. Neighbours matter: threads that
    spin at a barrier, as torch's do, lose far more than the share that is taken from them.
    """

    others_busy = None

    def __enter__(self):
        self._before = _times()
        return self

    def __exit__(self, *error):
        before, after = self._before, _times()
        if before and after and after[0] - before[0] > 0.5:
            total, idle, own = (after[i] - before[i] for i in range(3))
            self.others_busy = round(min(1.0, max(0.0, (total - idle - own) / total)), 3)


def _times():
    """Seconds of all processors together, idle ones, and those of this process; or None."""
    fields = read("/proc/stat").partition("\n")[0].split()[1:9]
    if len(fields) < 8:
        return None
    ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in fields]
    own = os.times()
    return sum(ticks), ticks[3] + ticks[4], sum(own[:4])
