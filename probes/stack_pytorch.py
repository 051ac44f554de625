"""PyTorch by itself, in eager mode, on the GPU if it sees one."""

import os
import time

from shared_workload import (
    BATCH_NORM_DECAY,
    CLASSES,
    CNN,
    CNN_LEARNING_RATE,
    CNN_MOMENTUM,
    NORM_EPSILON,
    TRANSFORMER,
    TRANSFORMER_LEARNING_RATE,
)


def set_threads(torch):
    """Give torch the threads that OMP_NUM_THREADS names, if it names any."""
    threads = os.environ.get("OMP_NUM_THREADS", "")
    if threads.isdigit() and int(threads) > 0:
        torch.set_num_threads(int(threads))


def default_device(torch):
    """The device that a user of torch would take: cuda (or ROCm under that name), mps, else cpu."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def synchronise(torch, device):
    """Wait until the device has finished what was queued."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    elif device.startswith("mps"):
        torch.mps.synchronize()


def devices(torch):
    """Names of the devices that torch sees."""
    names = ["cpu"] + [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return ", ".join(names + ["mps"] if torch.backends.mps.is_available() else names)


class Stack:
    """The candidate `pytorch`."""

    family = "pytorch"
    packages = ("torch",)
    onnx_extras = ("onnxscript",)

    def __init__(self):
        self.import_seconds = None

    def load(self):
        """Import torch; the time of the first import of this process stands in `import_seconds`."""
        if self.import_seconds is None:
            start = time.perf_counter()
            import torch

            self.import_seconds = time.perf_counter() - start
            set_threads(torch)
            self.torch, self.device = torch, default_device(torch)

    def describe(self):
        """Findings about the stack once it is loaded."""
        return {
            "mode": "eager",
            "device": self.device,
            "devices": devices(self.torch),
            "threads": self.torch.get_num_threads(),
            "layout": "NCHW",
        }

    def matmul_precision(self):
        """What torch calls its precision of float32 products: `highest` is full float32, `high` TF32."""
        return self.torch.get_float32_matmul_precision()

    def matmul(self, left, right):
        """A function that multiplies `left` by `right` n times in a chain and waits for the result."""
        torch = self.torch
        start, factor = torch.from_numpy(left).to(self.device), torch.from_numpy(right).to(self.device)

        def chain(count):
            product = start
            for _ in range(count):
                product = torch.matmul(product, factor)
            synchronise(torch, self.device)

        return chain

    def build(self, net):
        """The net `cnn` or `transformer`, ready to train."""
        torch = self.torch
        if net == "cnn":
            module = _cnn(torch).to(self.device)
            optimiser = torch.optim.SGD(module.parameters(), lr=CNN_LEARNING_RATE, momentum=CNN_MOMENTUM)
        else:
            module = _transformer(torch).to(self.device)
            optimiser = torch.optim.Adam(module.parameters(), lr=TRANSFORMER_LEARNING_RATE)
        return Net(torch, self.device, module, optimiser)


class Net:
    """A torch module in training."""

    mode = "eager"
    layout = "NCHW"

    def __init__(self, torch, device, module, optimiser):
        self.torch, self.device, self.module, self.optimiser = torch, device, module, optimiser
        self.parameters = sum(parameter.numel() for parameter in module.parameters())

    def prepare(self, inputs, labels):
        """Arrays in torch's layout and label type; still numpy, still in host memory."""
        import numpy

        if inputs.ndim == 4:
            inputs = numpy.ascontiguousarray(inputs.transpose(0, 3, 1, 2))
        return inputs, labels.astype("int64")

    def step(self, inputs, labels):
        """One training step; returns the loss, which may still be on its way."""
        torch = self.torch
        inputs, labels = torch.from_numpy(inputs).to(self.device), torch.from_numpy(labels).to(self.device)
        self.optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.module(inputs), labels)
        loss.backward()
        self.optimiser.step()
        return loss.detach()

    def synchronise(self):
        """Wait for the steps so far."""
        synchronise(self.torch, self.device)

    def predict(self, inputs):
        """Logits in inference mode, as a numpy array."""
        self.module.eval()
        with self.torch.no_grad():
            logits = self.module(self.torch.from_numpy(inputs).to(self.device)).cpu().numpy()
        self.module.train()
        return logits

    def export_onnx(self, path):
        """Write the net as an ONNX file with any batch size."""
        torch = self.torch
        example = torch.randn(2, CNN["channels"], CNN["height"], CNN["width"], device=self.device)
        shapes = ({0: torch.export.Dim("batch")},)
        self.module.eval()
        torch.onnx.export(self.module, (example,), path, dynamo=True, dynamic_shapes=shapes, verbose=False)
        self.module.train()


def _cnn(torch):
    nn = torch.nn
    layers, channels = [], CNN["channels"]
    for filters, stride in CNN["filters"]:
        layers += [
            nn.Conv2d(channels, filters, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(filters, eps=NORM_EPSILON, momentum=1 - BATCH_NORM_DECAY),
            nn.ReLU(),
        ]
        channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES))


def _transformer(torch):
    nn, width, hidden = torch.nn, TRANSFORMER["width"], TRANSFORMER["hidden"]

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(TRANSFORMER["vocabulary"], width)
            self.attention = nn.MultiheadAttention(width, TRANSFORMER["heads"], batch_first=True)
            self.norm1 = nn.LayerNorm(width, eps=NORM_EPSILON)
            self.feed_forward = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))
            self.norm2 = nn.LayerNorm(width, eps=NORM_EPSILON)
            self.head = nn.Linear(width, CLASSES)

        def forward(self, tokens):
            x = self.embedding(tokens)
            x = self.norm1(x + self.attention(x, x, x, need_weights=False)[0])
            x = self.norm2(x + self.feed_forward(x))
            return self.head(x.mean(1))

    return Transformer()
