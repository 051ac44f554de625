"""Data-parallel training by Keras on TensorFlow: one process of several, or one process with several devices.

Arguments: `alone`, `devices` or `process`; number of devices; result. TF_CONFIG says which process it is.
"""

import parallel_task as task
import shared_session
from shared_children import as_child
from shared_envelope import told


def main(way, world):
    """Train by fit() on the joined data, which a strategy shares out, and which are not shared out alone."""
    stack = shared_session.Session("keras-tensorflow").stack
    stack.load()
    import tensorflow

    tensorflow.config.set_visible_devices([], "GPU")
    if way == "process":
        strategy = tensorflow.distribute.MultiWorkerMirroredStrategy()
    elif way == "devices":
        strategy = tensorflow.distribute.MirroredStrategy(_split(tensorflow, int(world)))
    else:
        strategy = tensorflow.distribute.get_strategy()
    with strategy.scope():
        model = task.keras_model(stack.keras)
        task.keras_compile(stack.keras, model)
    answer = task.keras_fit(stack.keras, model, *task.data(), task.BATCH)
    answer["devices"] = strategy.num_replicas_in_sync
    if way == "devices":
        answer["distribution"] = _distribution(stack.keras)
    return answer


def _split(tensorflow, count):
    """Names of so many logical devices, which the processor is split into."""
    processor = tensorflow.config.list_physical_devices("CPU")[0]
    parts = [tensorflow.config.LogicalDeviceConfiguration() for _ in range(count)]
    tensorflow.config.set_logical_device_configuration(processor, parts)
    return ["CPU:{}".format(number) for number in range(count)]


def _distribution(keras):
    """What becomes of keras.distribution, which JAX uses to share out data."""
    try:
        keras.distribution.set_distribution(keras.distribution.DataParallel())
        model = task.keras_model(keras)
        task.keras_compile(keras, model)
        task.keras_fit(keras, model, *task.data(), task.BATCH, epochs=1)
        used = {variable.value.device.rpartition("/")[2] for variable in model.weights}
        return "accepted; all weights lie on one device only" if len(used) == 1 else "accepted; on " + ", ".join(used)
    except Exception as error:
        return told(error)


if __name__ == "__main__":
    as_child(main)
