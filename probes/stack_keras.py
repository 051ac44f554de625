"""Keras 3 on TensorFlow, JAX or PyTorch, trained by `fit`."""

import math
import os
import time

import fit_keras
import nets_keras
import stack_pytorch


class Stack:
    """The candidates `keras-BACKEND`."""

    family = "keras"

    def __init__(self, backend):
        self.backend = backend
        self.packages = ("keras", backend)
        self.import_seconds = None

    def load(self):
        """Import Keras with this backend; the time of the first import stands in `import_seconds`.

        Raises RuntimeError when Keras is older than 3, which would quietly use TensorFlow.
        """
        if self.import_seconds is None:
            os.environ["KERAS_BACKEND"] = self.backend
            start = time.perf_counter()
            import keras

            took = time.perf_counter() - start
            if int(keras.__version__.split(".")[0]) < 3:
                raise RuntimeError("Keras {} has no backends; Keras 3 or later is needed".format(keras.__version__))
            if self.backend == "torch":
                import torch

                stack_pytorch.set_threads(torch)
            self.keras, self.import_seconds = keras, took

    def describe(self):
        """Findings about the stack once it is loaded."""
        seen, device, threads = getattr(self, "_describe_" + self.backend)()
        layout = "NHWC" if self.keras.config.image_data_format() == "channels_last" else "NCHW"
        mode = {"tensorflow": "traced graph", "jax": "jitted", "torch": "eager"}[self.backend]
        return {"mode": mode, "devices": seen, "device": device, "threads": threads, "layout": layout}

    def _describe_tensorflow(self):
        import tensorflow

        seen = [device.name for device in tensorflow.config.list_physical_devices()]
        device = "gpu" if tensorflow.config.list_physical_devices("GPU") else "cpu"
        # TensorFlow tells only what its own call has set, and 0 when the environment decides.
        threads = tensorflow.config.threading.get_intra_op_parallelism_threads() or _number("TF_NUM_INTRAOP_THREADS")
        return ", ".join(seen), device, threads

    def _describe_jax(self):
        import jax

        # JAX has no call that tells its threads; NPROC is what sizes XLA's pool on the CPU.
        seen = ", ".join(str(device) for device in jax.devices())
        return seen, jax.default_backend(), _number("NPROC")

    def _describe_torch(self):
        import torch

        return stack_pytorch.devices(torch), stack_pytorch.default_device(torch), torch.get_num_threads()

    def matmul_precision(self):
        """What the backend calls its precision of float32 products; TF32 is some backends' default on GPUs."""
        if self.backend == "tensorflow":
            import tensorflow

            tf32 = tensorflow.config.experimental.tensor_float_32_execution_enabled()
            return "TF32 allowed" if tf32 and tensorflow.config.list_physical_devices("GPU") else "float32"
        if self.backend == "jax":
            import jax

            return str(jax.config.jax_default_matmul_precision or "default")
        import torch

        return torch.get_float32_matmul_precision()

    def full_float32(self):
        """Compute in float32 what is float32, from here on: so that no stack wins by TF32."""
        if self.backend == "tensorflow":
            import tensorflow

            tensorflow.config.experimental.enable_tensor_float_32_execution(False)
        elif self.backend == "torch":
            import torch

            stack_pytorch.full_float32(torch)
        elif self.describe()["device"] != "cpu":
            import jax

            jax.config.update("jax_default_matmul_precision", "float32")

    def start_compiler(self):
        """What the first use of torch.compile costs whatever is compiled; nothing with other backends."""
        if self.backend == "torch":
            import torch

            stack_pytorch.start_compiler(torch, stack_pytorch.default_device(torch))

    def build(self, net, mode, sizes, own_initialisers=False):
        """A net of `shared_workload.NETS`, compiled in Keras' sense and ready to train.

        `mode` is `default`, `eager` (`run_eagerly=True`) or `compiled` (`jit_compile=True`). Unless it is to have its
        `own_initialisers`, it starts with zeros.
        """
        keras = self.keras
        if mode == "compiled" and self.backend == "torch":
            import torch

            stack_pytorch.forget_compiled(torch)
        model = nets_keras.build(keras, net, sizes, own_initialisers)
        options = {"eager": {"run_eagerly": True}, "compiled": {"jit_compile": True}}.get(mode, {})
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(nets_keras.optimiser(keras, sizes["optimiser"]), loss, **options)
        return Net(self, model)


class Net:
    """A compiled Keras model in training."""

    inference = "predict_on_batch"

    def __init__(self, stack, model):
        facts = stack.describe()
        self.keras, self.backend, self.model = stack.keras, stack.backend, model
        self.clock = fit_keras.clock(stack.keras)
        self.mode = _mode(stack.backend, model)
        self.layout, self.device = facts["layout"], facts["device"]
        self.parameters = sum(math.prod(variable.shape) for variable in model.trainable_variables)

    def set_first_weights(self):
        """Start from the weights that all stacks start from."""
        nets_keras.set_first_weights(self.model)

    def compiling(self):
        """Findings about compiling, none where torch.compile has no part in it."""
        if self.mode != "torch.compile":
            return {}
        import torch

        return stack_pytorch.compiling(torch)

    def prepare(self, batches):
        """Take these batches of arrays as those to go through, in Keras' layout, which its configuration decides."""
        import numpy

        def arrays(inputs, labels):
            if inputs.ndim == 4 and self.layout == "NCHW":
                inputs = numpy.ascontiguousarray(inputs.transpose(0, 3, 1, 2))
            return inputs, labels

        self.pool = [arrays(*batch) for batch in batches]
        self.data = fit_keras.data(self.keras, self.backend, self.pool)

    def train(self, first, steps):
        """Train on so many batches in turn, from the one with the number `first` on, and wait for the device.

        Returns the seconds from the end of the first step to that of the last, and the mean of the losses.
        """
        # What isn't given is as users get it by default; `clock` leaves to `fit` when it looks at its losses.
        past = self.model.fit(self.data(first, steps), shuffle=False, verbose=0, callbacks=[self.clock])
        return self.clock.seconds, past.history["loss"][0]

    def infer(self, first, calls):
        """Infer so many batches one by one, from the one with the number `first` on, each into a numpy array."""
        for number in range(first, first + calls):
            self.model.predict_on_batch(self.pool[number % len(self.pool)][0])


def _mode(backend, model):
    """How Keras runs this model: whether it compiles is its own decision where the user makes none."""
    if model.run_eagerly:
        return "eager"
    if backend == "tensorflow":
        return "traced graph, XLA" if model.jit_compile else "traced graph"
    if backend == "jax":
        return "jitted" if model.jit_compile else "eager"
    return "torch.compile" if model.jit_compile else "eager"


def _number(variable):
    """The number in an environment variable, or None."""
    text = os.environ.get(variable, "")
    return int(text) if text.isdigit() else None
