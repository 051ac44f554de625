"""Arrays as a candidate's users handle them: made in a dtype, added, multiplied, waited for, fetched, compared."""

import contextlib
import glob

from shared_limits import read

SMALLEST_BYTES, LARGEST_BYTES = 64 << 20, 168 << 20
"""Bounds of `large_bytes`: a few arrays of the largest must fit into small machines, for each candidate."""


class Arrays:
    """A loaded stack's arrays on its device: plain torch, or `keras.ops` whatever the backend."""

    def __init__(self, stack):
        self.stack = stack
        if stack.family == "pytorch":
            self.device = stack.device.split(":")[0]
            self.multiply, self.add = stack.torch.matmul, stack.torch.add
            self.mode = "torch, eager"
        else:
            self.device = stack.describe()["device"].split(":")[0]
            self.multiply, self.add = stack.keras.ops.matmul, stack.keras.ops.add
            self.mode = "keras.ops, eager"

    def make(self, values, dtype):
        """These numpy values on the device in the named dtype."""
        if self.stack.family == "pytorch":
            torch = self.stack.torch
            return torch.from_numpy(values).to(device=self.stack.device, dtype=getattr(torch, dtype))
        return self.stack.keras.ops.convert_to_tensor(values, dtype=dtype)

    def wait(self, array):
        """Return when the array is computed: one element is as good as all to wait for, and costs no transfer."""
        # A slice of one element, since Keras on TensorFlow can't fetch a bfloat16 scalar.
        self.fetch(array[(slice(0, 1),) * len(array.shape)])

    def fetch(self, array):
        """The array in host memory, as the candidate's users get it: a torch tensor or a numpy array."""
        return array.cpu() if self.stack.family == "pytorch" else self.stack.keras.ops.convert_to_numpy(array)

    def exact(self, array):
        """The array's values as float64 in numpy."""
        values = self.fetch(array)
        # numpy has no bfloat16 of its own, and some devices have no float64: widened on the host.
        return values.double().numpy() if self.stack.family == "pytorch" else values.astype("float64")

    def dtype(self, array):
        """The name of the array's element type, such as `bfloat16`."""
        return str(getattr(array.dtype, "name", array.dtype)).split(".")[-1]

    def wide_switch(self, dtype):
        """What must be switched on for this dtype to exist: None, or the name of JAX' switch."""
        return "jax.enable_x64" if dtype == "float64" and getattr(self.stack, "backend", "") == "jax" else None

    def wide(self, dtype):
        """A context in which the dtype exists: JAX makes float32 of float64 without saying so, unless told otherwise
        for the process or, as here, for the time of the context."""
        if not self.wide_switch(dtype):
            return contextlib.nullcontext()
        import jax

        if hasattr(jax, "enable_x64"):
            return jax.enable_x64(True)
        from jax.experimental import enable_x64

        return enable_x64()


def cache_bytes():
    """The size of the largest cache of the first processor, or None where the system doesn't tell."""
    units = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    sizes = []
    for path in glob.glob("/sys/devices/system/cpu/cpu0/cache/index*"):
        text = read(path + "/size")
        if text[:-1].isdigit() and text[-1] in units:
            sizes.append(int(text[:-1]) * units[text[-1]])
    return max(sizes, default=None)


def large_bytes():
    """The size of arrays that have to come from memory: twice the largest cache, within bounds."""
    return min(LARGEST_BYTES, max(SMALLEST_BYTES, 2 * (cache_bytes() or 0)))


def relative_error(got, exact):
    """The root mean square of the difference between two numpy arrays, as a share of that of `exact`."""
    import numpy

    return float(numpy.sqrt(numpy.mean((got - exact) ** 2) / numpy.mean(exact**2)))


def slices(length, count):
    """So many slices, about equally long, that make up an array of this length."""
    edges = [length * part // count for part in range(count + 1)]
    return [slice(edges[part], edges[part + 1]) for part in range(count)]
