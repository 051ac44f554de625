"""Trains a small net with dropout and shuffling from seeds, and prints what became of its weights.

`FAMILY MODE SEED …`: FAMILY pytorch or keras, MODE default or deterministic. For each seed a line of JSON: a hash of the weights, their
sum, and the seconds of a step.
"""

import hashlib
import json
import os
import sys
import time

SIZE, WIDTH, CHANNELS = 256, 16, 3
EPOCHS = 2


def main(family, seed, mode):
    """Train, and print the line."""
    import numpy

    random = numpy.random.default_rng(0)
    images = random.standard_normal((SIZE, WIDTH, WIDTH, CHANNELS)).astype("float32")
    labels = random.integers(0, 4, SIZE)
    weights, seconds = (_torch if family == "pytorch" else _keras)(images, labels, seed, mode == "deterministic")
    digest = hashlib.sha256()
    for each in weights:
        digest.update(numpy.ascontiguousarray(each).tobytes())
    total = float(sum(numpy.abs(each).sum() for each in weights))
    print(json.dumps({"hash": digest.hexdigest(), "sum": total, "seconds": seconds}), flush=True)


def _torch(images, labels, seed, deterministic):
    import numpy
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(seed)
    if deterministic:
        torch.use_deterministic_algorithms(True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(CHANNELS, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(16 * WIDTH**2, 4)
    ).to(device)
    optimiser = torch.optim.Adam(model.parameters())
    arrays = torch.from_numpy(numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))), torch.from_numpy(labels)
    loader = DataLoader(TensorDataset(*arrays), batch_size=32, shuffle=True)
    start = time.perf_counter()
    for _ in range(EPOCHS):
        for x, y in loader:
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(x.to(device)), y.to(device)).backward()
            optimiser.step()
    weights = [p.detach().cpu().numpy() for p in model.parameters()]
    return weights, (time.perf_counter() - start) / EPOCHS


def _keras(images, labels, seed, deterministic):
    import keras

    keras.utils.set_random_seed(seed)
    if deterministic and keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
    if deterministic and keras.backend.backend() == "torch":
        import torch

        torch.use_deterministic_algorithms(True)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((WIDTH, WIDTH, CHANNELS)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(4),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(images, labels, batch_size=32, epochs=1, verbose=0)
    start = time.perf_counter()
    model.fit(images, labels, batch_size=32, epochs=EPOCHS - 1, verbose=0)
    return model.get_weights(), time.perf_counter() - start


if __name__ == "__main__":
    # On GPUs the deterministic mode needs it, before CUDA starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    for each in sys.argv[3:]:
        main(sys.argv[1], int(each), sys.argv[2])
