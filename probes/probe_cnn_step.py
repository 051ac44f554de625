"""Training steps of a small convolutional net."""

import shared_workload


def run(session, options):
    """Samples: cnn-first-step (s, on the first request) and cnn-step (ms, a number a block)."""
    return shared_workload.measure_training(session, "cnn", options)
