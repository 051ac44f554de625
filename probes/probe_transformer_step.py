"""Training steps of a small transformer block."""

import shared_workload


def run(session, options):
    """Samples: transformer-first-step (s, on the first request) and transformer-step (ms, a number a block)."""
    return shared_workload.measure_training(session, "transformer", options)
