"""Does a net train on sequences whose length changes from batch to batch, and what does each new length cost?"""

import math
import time

import stack_pytorch
from shared_envelope import fails, told, works

LENGTHS = (12, 20, 7, 33, 26, 15, 41, 9)
PASSES = 6
BATCH, TOKENS, WIDTH, RATE = 16, 50, 32, 0.01


def run(session, options):
    """Works if a net with attention trains on `LENGTHS` in turn, by the candidate's default way.

    Findings: first_step_s, and for the other lengths together `retraces` (how often the Python code was run to trace
    or compile it anew) and retrace_s (what their first steps took beyond later ones); PyTorch: dynamo_graphs, those
    that torch.compile would make.
    """
    session.stack.load()
    net = (_PyTorch if session.stack.family == "pytorch" else _Keras)(session.stack)
    times, calls, losses = passes(net)
    findings = dict(counted(times, calls), lengths=len(LENGTHS))
    wrong = problem(losses)
    if session.stack.family == "pytorch":
        findings["dynamo_graphs"] = _dynamo_graphs(session.stack)
    return fails(wrong, findings) if wrong else works(findings=findings)


def passes(net):
    """Seconds, calls of the Python code, and losses: a row for each pass over the lengths."""
    pool = [batch(length) for length in LENGTHS]
    times, calls, losses = [], [], []
    for _ in range(PASSES):
        times.append([])
        calls.append([])
        losses.append([])
        for pair in pool:
            before, start = net.calls(), time.perf_counter()
            losses[-1].append(net.step(*pair))
            times[-1].append(time.perf_counter() - start)
            calls[-1].append(net.calls() - before)
    return times, calls, losses


def counted(times, calls):
    """The findings: a length's first step beside its later ones. The first length of all is kept apart, for the first
    step of a net costs more than a shape."""
    columns = range(1, len(times[0]))
    later = [sorted(row[column] for row in times[1:])[len(times) // 2 - 1] for column in columns]
    return {
        "first_step_s": times[0][0],
        "retraces": sum(max(0, calls[0][column] - calls[-1][column]) for column in columns),
        "retrace_s": sum(max(0.0, times[0][column] - usual) for column, usual in zip(columns, later)),
    }


def problem(losses):
    """What is wrong with a training that had these losses, or ""."""
    if not all(math.isfinite(loss) for row in losses for loss in row):
        return "a loss is not finite"
    if not sum(losses[-1]) < 0.9 * sum(losses[0]):
        return "the loss does not fall"
    return ""


def batch(length):
    """Seeded tokens, and whether most of them are from the upper half."""
    import numpy

    random = numpy.random.default_rng(length)
    share = random.uniform(0.1, 0.9, (BATCH, 1))
    upper = random.uniform(size=(BATCH, length)) < share
    tokens = random.integers(0, TOKENS // 2, (BATCH, length)) + upper * (TOKENS // 2)
    return tokens.astype("int32"), (upper.mean(1) > 0.5).astype("int32")


class _PyTorch:
    def __init__(self, stack, compiled=None):
        torch = stack.torch
        self.torch, self.device, self.count = torch, stack.device, 0
        torch.manual_seed(0)
        self.net = _torch_net(torch).to(stack.device)
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=RATE)
        # A counter inside would make Dynamo compile anew at each call.
        self.called = torch.compile(self.net, backend=compiled) if compiled else self.net
        if not compiled:
            self.net.register_forward_pre_hook(self._count)

    def _count(self, module, inputs):
        self.count += 1

    def calls(self):
        return self.count

    def step(self, tokens, labels):
        torch = self.torch
        tokens, labels = (torch.from_numpy(each).long().to(self.device) for each in (tokens, labels))
        self.optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.called(tokens), labels)
        loss.backward()
        self.optimiser.step()
        return loss.item()


def _torch_net(torch):
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(TOKENS, WIDTH)
            self.attention = torch.nn.MultiheadAttention(WIDTH, 2, batch_first=True)
            self.head = torch.nn.Linear(WIDTH, 2)

        def forward(self, tokens):
            x = self.embedding(tokens)
            x = x + self.attention(x, x, x, need_weights=False)[0]
            return self.head(x.mean(1))

    return Net()


def _dynamo_graphs(stack):
    """The graphs that torch.compile makes of the lengths, or its error. Traced only: it is the tracing that counts."""
    stack_pytorch.forget_compiled(stack.torch)
    try:
        net = _PyTorch(stack, compiled="eager")
        for length in LENGTHS:
            net.step(*batch(length))
        return stack_pytorch.compiling(stack.torch)["graphs"]
    except Exception as error:
        return told(error)
    finally:
        stack_pytorch.forget_compiled(stack.torch)


class _Keras:
    def __init__(self, stack):
        keras, calls = stack.keras, []
        self._calls = calls

        class Counter(keras.layers.Layer):
            def call(self, x):
                calls.append(1)
                return x

        keras.utils.set_random_seed(0)
        tokens = keras.Input((None,), dtype="int32")
        x = Counter()(keras.layers.Embedding(TOKENS, WIDTH)(tokens))
        x = x + keras.layers.MultiHeadAttention(2, WIDTH // 2)(x, x)
        outputs = keras.layers.Dense(2)(keras.layers.GlobalAveragePooling1D()(x))
        self.model = keras.Model(tokens, outputs)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.model.compile(keras.optimizers.Adam(RATE), loss)

    def calls(self):
        return len(self._calls)

    def step(self, tokens, labels):
        return float(self.model.train_on_batch(tokens, labels))
