"""What Keras' `fit` is given to train a number of steps: batches that cost next to nothing, and a clock.

Not `train_on_batch`, which on JAX gives the weights back to the model after each step and so takes up to twice as long
for small nets: `fit` keeps them from step to step. What a call of `fit` does once, whatever the number of its steps,
comes before the clock is started.
"""

import time


def data(keras, backend, pool):
    """A function of a number and a count, which gives `fit` so many batches of the pool in turn, from that number on.

    Nothing is shuffled, put together from rows or fetched from elsewhere: batches lie ready in host memory, as for a
    loop written by hand.
    """
    return _dataset(pool) if backend == "tensorflow" else _sequence(keras, pool)


def _sequence(keras, pool):
    class Batches(keras.utils.PyDataset):
        def __init__(self, first, steps):
            super().__init__()
            self.first, self.steps = first, steps

        def __len__(self):
            return self.steps

        def __getitem__(self, index):
            return pool[(self.first + index) % len(pool)]

    return Batches


def _dataset(pool):
    """TensorFlow turns everything into a tf.data.Dataset, and a PyDataset into one that calls Python for each batch."""
    import numpy
    import tensorflow

    arrays = tuple(numpy.stack(each) for each in zip(*pool))
    batches = tensorflow.data.Dataset.from_tensor_slices(arrays).repeat()
    return lambda first, steps: batches.skip(first % len(pool)).take(steps)


def clock(keras):
    """A callback whose `seconds` are those from the end of an epoch's first step to the end of its last."""

    class Clock(keras.callbacks.Callback):
        # Without a method for the end of a batch: for its sake Keras would wait for the loss of every step.

        def on_train_batch_begin(self, batch, logs=None):
            if batch <= 1:
                self._wait()
                self._start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self._wait()
            self.seconds = time.perf_counter() - self._start

        def _wait(self):
            # The loss can be there before the weights are updated, a weight can't. A callback's `model` has its
            # weights; on JAX the model itself is without them while `fit` keeps them.
            keras.ops.convert_to_numpy(self.model.trainable_variables[-1])

    return Clock()
