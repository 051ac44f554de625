"""Arrays of each framework, with as little between as can be: making one, its type, waiting for it."""


class Arrays:
    """The array operations that hardware probes need, in the way of one stack.

    `make` puts a numpy array on the stack's device as the named dtype; `wait` returns once a result is there.
    """

    def __init__(self, stack):
        stack.load()
        self.stack = stack
        self.make, self.multiply, self.add, self.wait, self.fetch = _WAYS[
            "torch" if stack.family == "pytorch" else stack.backend
        ](stack)

    def dtype(self, array):
        """The array's element type by its plain name, such as `bfloat16`."""
        name = getattr(array.dtype, "name", None) or str(array.dtype)
        return name.split(".")[-1]

    def device(self):
        """`cpu`, or the kind of accelerator that arrays are put on."""
        if self.stack.family == "pytorch":
            return self.stack.device.split(":")[0]
        return self.stack.describe()["device"].split(":")[0]


def _torch(stack):
    import torch

    device = stack.device if stack.family == "pytorch" else stack.describe()["device"]

    def make(values, dtype):
        return torch.from_numpy(values).to(device=device, dtype=getattr(torch, dtype))

    def wait(array):
        array.flatten()[0].item()

    return make, torch.matmul, torch.add, wait, lambda array: array.to(torch.float64).cpu().numpy()


def _tensorflow(stack):
    import tensorflow as tf

    def make(values, dtype):
        return tf.cast(tf.convert_to_tensor(values), dtype)

    def wait(array):
        tf.reshape(array, [-1])[0].numpy()

    return make, tf.matmul, tf.add, wait, lambda array: tf.cast(array, tf.float64).numpy()


def _jax(stack):
    import jax.numpy as jnp
    import numpy

    def make(values, dtype):
        array = jnp.asarray(values, dtype=dtype)
        if str(array.dtype) != dtype:
            raise NotAvailable("JAX computes in {} unless jax_enable_x64 is set".format(array.dtype))
        return array

    return make, jnp.matmul, jnp.add, lambda array: array.block_until_ready(), lambda a: numpy.asarray(a, dtype="float64")


class NotAvailable(Exception):
    """The stack has no such arrays unless it is told otherwise."""


_WAYS = {"torch": _torch, "tensorflow": _tensorflow, "jax": _jax}
