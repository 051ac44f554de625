"""Do two trainings with the same seed give the same weights, and what does the mode cost that promises it?"""

import hashlib
import os
import tempfile

from shared_children import ChildFailed, as_child, run_together
from shared_envelope import fails, works
from shared_timing import time_blocks, time_ratio, warm_up

SEED, OTHER_SEED = 7, 8
ROWS, TOKENS, LENGTH, WIDTH, CLASSES = 160, 200, 24, 32, 5
BATCH, EPOCHS = 32, 2
DROPOUT = 0.5
SECONDS = 60
SAMPLE = 2000
"""So many weights, evenly taken, tell how much two trainings differ; whether they do is told by a hash of all."""
XLA_FLAG = "--xla_gpu_deterministic_ops=true"
MODES = {
    "pytorch": "torch.use_deterministic_algorithms(True)",
    "keras-torch": "torch.use_deterministic_algorithms(True)",
    "keras-tensorflow": "tf.config.experimental.enable_op_determinism()",
    "keras-jax": XLA_FLAG,
}
CANDIDATES = tuple(MODES)


def run(session, options):
    """Works if two fresh processes with the same seed, and no other precaution, give bit-equal weights, while another
    seed gives others. The net has dropout, and its data are shuffled.

    Findings: fresh_processes_equal, weights_difference, other_seed_differs, same_process_equal; deterministic_mode,
    deterministic_equal and slowdown_ratio, what the mode does for each step; XLA has such a mode only for GPUs.
    """
    stack = session.stack
    stack.load()
    first, again, other = (told(train(stack, seed)) for seed in (SEED, SEED, OTHER_SEED))
    program = "probe_reproducible.py"
    with tempfile.TemporaryDirectory() as folder:
        children = [([program, session.candidate, "default"], {})] * 2
        fresh = run_together(children, folder, SECONDS)
        findings = compared(*fresh)
        findings["same_process_equal"] = first["hash"] == again["hash"]
        findings["other_seed_differs"] = first["hash"] != other["hash"]
        findings["deterministic_mode"] = MODES[session.candidate]
        try:
            findings.update(_mode(session, program, folder))
        except ChildFailed as error:
            findings["deterministic_mode"] += ": {}".format(error)
    wrong = problem(findings)
    return fails(wrong, findings) if wrong else works(findings=findings)


def problem(findings):
    """What is wrong with trainings that compare like this, or ""."""
    if not findings["other_seed_differs"]:
        return "another seed gives the same weights, so that it seeds nothing"
    if not findings["fresh_processes_equal"]:
        return "two processes with the same seed differ by {:.2g} in a weight".format(findings["weights_difference"])
    return ""


def compared(one, other):
    """Findings about two trainings that should be equal, as `told` gives them."""
    difference = max(abs(a - b) for a, b in zip(one["sample"], other["sample"]))
    return {"fresh_processes_equal": one["hash"] == other["hash"], "weights_difference": difference}


def told(weights):
    """Weights as a dictionary for JSON: a hash of all bits, and a sample of values."""
    import numpy

    flat = numpy.concatenate([numpy.asarray(each, "float32").ravel() for each in weights])
    return {
        "hash": hashlib.sha256(flat.tobytes()).hexdigest(),
        "sample": [float(each) for each in flat[:: max(1, flat.size // SAMPLE)]],
    }


def train(stack, seed):
    """The weights after training with this seed, seeded as the framework's documentation says."""
    return (_train_pytorch if stack.family == "pytorch" else _train_keras)(stack, seed)


def _data():
    import numpy

    random = numpy.random.default_rng(20240229)
    tokens = random.integers(0, TOKENS, (ROWS, LENGTH), dtype="int32")
    return tokens, (tokens.sum(1) % CLASSES).astype("int32")


def _torch_net(torch):
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(TOKENS, WIDTH)
            self.convolution = torch.nn.Conv1d(WIDTH, WIDTH, 3)
            self.dropout = torch.nn.Dropout(DROPOUT)
            self.head = torch.nn.Linear(WIDTH, CLASSES)

        def forward(self, tokens):
            x = torch.relu(self.convolution(self.embedding(tokens).transpose(1, 2)))
            return self.head(self.dropout(x.amax(2)))

    return Net()


def _torch_step(stack, net):
    """A function that takes a training step on tensors of the device."""
    torch = stack.torch
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

    def step(tokens, labels):
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(tokens), labels)
        loss.backward()
        optimiser.step()
        return loss

    return step


def _train_pytorch(stack, seed):
    torch = stack.torch
    torch.manual_seed(seed)
    net = _torch_net(torch).to(stack.device)
    step = _torch_step(stack, net)
    data = torch.utils.data.TensorDataset(*[torch.from_numpy(each).long() for each in _data()])
    loader = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
    for _ in range(EPOCHS):
        for tokens, labels in loader:
            step(tokens.to(stack.device), labels.to(stack.device))
    return [parameter.detach().cpu().numpy() for parameter in net.parameters()]


def _keras_model(keras):
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(TOKENS, WIDTH),
            layers.Conv1D(WIDTH, 3, activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dropout(DROPOUT),
            layers.Dense(CLASSES),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def _train_keras(stack, seed):
    stack.keras.utils.set_random_seed(seed)
    model = _keras_model(stack.keras)
    model.fit(*_data(), batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model.get_weights()


def _stepper(stack):
    """A function that takes n training steps of a new net and waits for them."""
    if stack.family == "pytorch":
        torch = stack.torch
        step = _torch_step(stack, _torch_net(torch).to(stack.device))
        batch = [torch.from_numpy(each[:BATCH]).long().to(stack.device) for each in _data()]
    else:
        stack.keras.utils.set_random_seed(SEED)
        model, batch = _keras_model(stack.keras), [each[:BATCH] for each in _data()]
        step = model.train_on_batch

    def steps(count):
        for _ in range(count):
            loss = step(*batch)
        float(loss)

    return steps


def _mode(session, program, folder):
    """Findings about the deterministic mode, which is tried in a process of its own: it can't be left again."""
    arguments = [program, session.candidate]
    if session.candidate != "keras-jax":
        # cuBLAS wants this before its first call.
        children = [(arguments + ["mode"], {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"})]
        return run_together(children, folder, SECONDS)[0]
    if session.stack.describe()["device"] == "cpu":
        return {"deterministic_mode": "none for the CPU"}
    flags = "{} {}".format(os.environ.get("XLA_FLAGS", ""), XLA_FLAG)
    (default,) = run_together([(arguments + ["timed"], {})], folder, SECONDS)
    (mode,) = run_together([(arguments + ["timed"], {"XLA_FLAGS": flags})], folder, SECONDS)
    return {"deterministic_equal": mode["equal"], "slowdown_ratio": mode["step_s"] / default["step_s"]}


def main(candidate, task):
    """As a child: train once (`default`), or time steps with and without the mode (`mode`), or as it is (`timed`)."""
    import shared_session

    stack = shared_session.Session(candidate).stack
    stack.load()
    if task == "default":
        return told(train(stack, SEED))
    if task == "timed":
        return {"step_s": _step_seconds(stack), "equal": _equal_twice(stack)}
    if candidate == "keras-tensorflow":
        import tensorflow

        # It can't be switched off, so that the two can't be timed in turn.
        before = _step_seconds(stack)
        tensorflow.config.experimental.enable_op_determinism()
        return {"slowdown_ratio": _step_seconds(stack) / before, "deterministic_equal": _equal_twice(stack)}
    return _torch_mode(stack)


def _torch_mode(stack):
    import torch

    steps = _stepper(stack)

    def switched(on):
        def run(count):
            torch.use_deterministic_algorithms(on)
            steps(count)

        return run

    ratio = time_ratio(switched(False), switched(True))
    torch.use_deterministic_algorithms(True)
    return {"slowdown_ratio": ratio, "deterministic_equal": _equal_twice(stack)}


def _step_seconds(stack):
    """Seconds of a step: the median of three blocks."""
    steps = _stepper(stack)
    return sorted(time_blocks(steps, 3, warm_up(steps))[0])[1]


def _equal_twice(stack):
    return told(train(stack, SEED))["hash"] == told(train(stack, SEED))["hash"]


if __name__ == "__main__":
    as_child(main)
