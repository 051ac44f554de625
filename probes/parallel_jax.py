"""Data-parallel training by Keras on JAX: one process of several, or one process with several devices.

Arguments: `alone`, `devices` or `process`; rank; number of processes or devices; the coordinator's port; result.
"""

import parallel_task as task
import shared_session
from shared_children import as_child


def main(way, rank, world, port):
    """Train on this process' share by fit(), under keras.distribution.DataParallel unless alone."""
    rank, world = int(rank), int(world)
    stack = shared_session.Session("keras-jax").stack
    stack.load()
    keras = stack.keras
    if way == "process":
        keras.distribution.initialize("127.0.0.1:" + port, world, rank)
    if way != "alone":
        devices = keras.distribution.list_devices()
        if len(devices) != world:
            raise RuntimeError("{} devices instead of {}".format(len(devices), world))
        keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False))
    model = task.keras_model(keras)
    task.keras_compile(keras, model)
    # Each process passes its own part of a batch; with several devices in one process, it is the whole batch.
    parts = world if way == "process" else 1
    answer = task.keras_fit(keras, model, *task.data(rank, parts), task.BATCH // parts)
    answer["devices"] = len(model.weights[0].value.sharding.device_set)
    return answer


if __name__ == "__main__":
    as_child(main)
