"""Keras 3 on TensorFlow, JAX or PyTorch, trained as `train_on_batch` and `fit` do by default."""

import os
import time

import stack_pytorch
from shared_workload import (
    BATCH_NORM_DECAY,
    CLASSES,
    CNN,
    CNN_LEARNING_RATE,
    CNN_MOMENTUM,
    NORM_EPSILON,
    SEED,
    TRANSFORMER,
    TRANSFORMER_LEARNING_RATE,
)

# What `model.export(format="onnx")` calls on each backend beyond the candidate's own distributions.
ONNX_EXTRAS = {"tensorflow": ("tf2onnx",), "jax": ("jax2onnx",), "torch": ("onnx",)}


class Stack:
    """The candidates `keras-BACKEND`."""

    family = "keras"

    def __init__(self, backend):
        self.backend = backend
        self.packages = ("keras", backend)
        self.onnx_extras = ONNX_EXTRAS[backend]
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

    def matmul(self, left, right):
        """A function that multiplies `left` by `right` n times in a chain and waits for the result."""
        ops = self.keras.ops
        start, factor = ops.convert_to_tensor(left), ops.convert_to_tensor(right)

        def chain(count):
            product = start
            for _ in range(count):
                product = ops.matmul(product, factor)
            # One element is as good as all to wait for, and costs no transfer.
            ops.convert_to_numpy(product[0, 0])

        return chain

    def build(self, net):
        """The net `cnn` or `transformer`, compiled by Keras' defaults and ready to train."""
        keras = self.keras
        if net == "cnn":
            model = _cnn(keras)
            optimiser = keras.optimizers.SGD(CNN_LEARNING_RATE, momentum=CNN_MOMENTUM)
        else:
            model = _transformer(keras)
            optimiser = keras.optimizers.Adam(TRANSFORMER_LEARNING_RATE)
        model.compile(optimiser, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return Net(self, model)


class Net:
    """A compiled Keras model in training."""

    def __init__(self, stack, model):
        facts = stack.describe()
        self.keras, self.model = stack.keras, model
        self.mode = facts["mode"] + (", XLA" if stack.backend == "tensorflow" and model.jit_compile else "")
        self.layout, self.device = facts["layout"], facts["device"]
        self.parameters = sum(_size(variable.shape) for variable in model.trainable_variables)

    def prepare(self, inputs, labels):
        """Arrays in Keras' layout, which its configuration decides."""
        import numpy

        if inputs.ndim == 4 and self.layout == "NCHW":
            inputs = numpy.ascontiguousarray(inputs.transpose(0, 3, 1, 2))
        return inputs, labels

    def step(self, inputs, labels):
        """One training step; returns the loss."""
        return self.model.train_on_batch(inputs, labels)

    def synchronise(self):
        """Wait for the steps so far: the loss can be there before the weights are updated, a weight can't."""
        self.keras.ops.convert_to_numpy(self.model.trainable_variables[-1])

    def predict(self, inputs):
        """Logits in inference mode, as a numpy array."""
        return self.keras.ops.convert_to_numpy(self.model(inputs, training=False))

    def export_onnx(self, path):
        """Write the net as an ONNX file with any batch size."""
        self.model.export(path, format="onnx", verbose=False)


def _number(variable):
    """The number in an environment variable, or None."""
    text = os.environ.get(variable, "")
    return int(text) if text.isdigit() else None


def _size(shape):
    size = 1
    for length in shape:
        size *= int(length)
    return size


def _initialiser(keras):
    """Seeded random weights made by numpy: on JAX Keras' default would compile a program for every shape, seconds
    of work that no probe is meant to time."""
    import numpy

    class Initialiser(keras.initializers.Initializer):
        def __call__(self, shape, dtype=None):
            fan_in = _size(shape[:-1]) if len(shape) > 1 else 1
            values = numpy.random.default_rng(SEED).standard_normal(shape, dtype="float32")
            return keras.ops.convert_to_tensor(values * numpy.float32(fan_in**-0.5), dtype=dtype)

        def get_config(self):
            return {}

    return Initialiser()


def _cnn(keras):
    layers = keras.layers
    axis = -1 if keras.config.image_data_format() == "channels_last" else 1
    shape = (CNN["height"], CNN["width"], CNN["channels"])
    x = images = keras.Input(shape if axis == -1 else (shape[2],) + shape[:2])
    kernels = {"kernel_initializer": _initialiser(keras)}
    for filters, stride in CNN["filters"]:
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False, **kernels)(x)
        x = layers.BatchNormalization(axis=axis, momentum=BATCH_NORM_DECAY, epsilon=NORM_EPSILON)(x)
        x = layers.ReLU()(x)
    return keras.Model(images, layers.Dense(CLASSES, **kernels)(layers.GlobalAveragePooling2D()(x)))


def _transformer(keras):
    layers, width, heads = keras.layers, TRANSFORMER["width"], TRANSFORMER["heads"]
    tokens = keras.Input((TRANSFORMER["tokens"],), dtype="int32")
    random = _initialiser(keras)
    kernels = {"kernel_initializer": random}
    x = layers.Embedding(TRANSFORMER["vocabulary"], width, embeddings_initializer=random)(tokens)
    attended = layers.MultiHeadAttention(heads, width // heads, **kernels)(x, x)
    x = layers.LayerNormalization(epsilon=NORM_EPSILON)(x + attended)
    hidden = layers.Dense(TRANSFORMER["hidden"], activation="gelu", **kernels)(x)
    hidden = layers.Dense(width, **kernels)(hidden)
    x = layers.LayerNormalization(epsilon=NORM_EPSILON)(x + hidden)
    return keras.Model(tokens, layers.Dense(CLASSES, **kernels)(layers.GlobalAveragePooling1D()(x)))
