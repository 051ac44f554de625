"""How much memory does training a net take at its peak?"""

import ctypes
import gc

from shared_envelope import not_tried, works
from shared_limits import read
from shared_workload import FEW_LOSS_STEPS, Workload, start_once

NETS = ("transformer", "cnn")
"""The one that takes less first: JAX can't count a second peak below the first."""
CLEAR = "/proc/self/clear_refs"
SLACK = 1.02
"""The kernel's counts lag by a few pages: a mark that was reset may lie so far over the size."""


def run(session, options):
    """Samples: transformer-peak-memory and cnn-peak-memory (bytes), at the large batch: what the first training steps,
    from building the net on, hold at most beyond what was held before. On a CUDA device by the framework's own count,
    on Linux by the process' resident size.

    Findings: how it was counted, and what was held before, per net.
    """
    stack = session.stack
    stack.load()
    # What the process allocates once, whatever is trained, is no part of a net's memory.
    start_once(stack)
    counter = _counter(stack)
    samples, findings = {}, {"counted_by": counter.name}
    try:
        for net in NETS:
            findings[net + "_before_bytes"] = before = counter.start()
            # One batch: some stacks hold a copy of the data, which is no part of training's memory.
            workload = Workload(stack, net, batch="large", pool=1)
            workload.train(FEW_LOSS_STEPS)
            samples[net + "-peak-memory"] = [counter.peak() - before]
            findings[net + "_batch"] = workload.size
            findings.update(device=workload.net.device, mode=workload.net.mode)
            del workload
    except LookupError as error:
        return not_tried(error.args[0])
    return works(samples, findings)


def _counter(stack):
    """What counts memory where this stack trains."""
    device = stack.describe()["device"]
    if device == "cpu":
        return Resident()
    if stack.family == "pytorch" or stack.backend == "torch":
        return _Cuda(device)
    return _TensorFlow() if stack.backend == "tensorflow" else _Jax()


class Resident:
    """The resident size of this process, as Linux counts it."""

    name = "greatest resident size of the process (VmHWM)"

    def start(self):
        """Bytes held now; the mark is reset to them. Raises LookupError where the system doesn't offer that."""
        gc.collect()
        try:
            # Memory that was freed and kept would be used again and not be counted.
            ctypes.CDLL(None).malloc_trim(0)
        except (AttributeError, OSError, TypeError):
            pass
        try:
            with open(CLEAR, "w") as file:
                file.write("5")
        except OSError as error:
            raise LookupError("the peak can't be counted anew on this system ({})".format(error)) from error
        held = _status("VmRSS")
        if _status("VmHWM") > SLACK * held:
            raise LookupError("writing 5 to {} doesn't reset the peak on this system".format(CLEAR))
        return held

    def peak(self):
        """Bytes held at the most since `start`."""
        return _status("VmHWM")


def _status(field):
    """Bytes that /proc/self/status tells. Raises LookupError where it doesn't."""
    for line in read("/proc/self/status").splitlines():
        name, _, rest = line.partition(":")
        if name == field:
            return 1024 * int(rest.split()[0])
    raise LookupError("/proc/self/status has no {}".format(field))


class _Cuda:
    """What torch has allocated on a CUDA device; blocks that it only keeps don't count."""

    name = "torch.cuda.max_memory_allocated"

    def __init__(self, device):
        self._is_cuda = device.startswith("cuda")

    def start(self):
        import torch

        if not self._is_cuda:
            raise LookupError("torch doesn't tell the peak of this device")
        gc.collect()
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated()

    def peak(self):
        import torch

        torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated()


class _TensorFlow:
    """What TensorFlow has allocated on the first GPU."""

    name = "tf.config.experimental.get_memory_info"

    def start(self):
        import tensorflow

        gc.collect()
        tensorflow.config.experimental.reset_memory_stats("GPU:0")
        return tensorflow.config.experimental.get_memory_info("GPU:0")["current"]

    def peak(self):
        import tensorflow

        return tensorflow.config.experimental.get_memory_info("GPU:0")["peak"]


class _Jax:
    """What JAX has allocated on the first device. Its peak is that since the process began and can't be reset."""

    name = "Device.memory_stats"

    def _stats(self):
        import jax

        stats = jax.devices()[0].memory_stats()
        if not stats or "peak_bytes_in_use" not in stats:
            raise LookupError("JAX doesn't tell the peak of this device")
        return stats

    def start(self):
        gc.collect()
        stats = self._stats()
        self._earlier = stats["peak_bytes_in_use"]
        return stats["bytes_in_use"]

    def peak(self):
        peak = self._stats()["peak_bytes_in_use"]
        if peak <= self._earlier:
            raise LookupError("earlier work of this process took more memory, and JAX can't count the peak anew")
        return peak
