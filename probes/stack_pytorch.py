"""PyTorch by itself, on the GPU if it sees one: in eager mode, or with the model passed through torch.compile."""

import time

import nets_pytorch
from shared_limits import threads


def set_threads(torch):
    """Give torch the threads that OMP_NUM_THREADS names, if it names any."""
    if threads():
        torch.set_num_threads(threads())


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


def full_float32(torch):
    """Compute in float32 what is float32. On NVIDIA's GPUs convolutions would else use TF32, which keeps ten bits."""
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False


def devices(torch):
    """Names of the devices that torch sees."""
    names = ["cpu"] + [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    return ", ".join(names + ["mps"] if torch.backends.mps.is_available() else names)


def forget_compiled(torch):
    """Start torch.compile and its counters afresh: what it compiled for other nets would count against its limit of
    versions of a function, and make it treat sizes as variable."""
    import torch._dynamo

    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()


def start_compiler(torch, device):
    """Compile next to nothing: torch.compile imports its parts and tries out the C++ compiler when it is first used."""
    torch.compile(lambda x: x.relu().sum())(torch.ones(3, device=device, requires_grad=True)).backward()


def compiling(torch):
    """Findings of torch.compile since `forget_compiled`: the graphs, why Python ran between them, and whether compiled
    code was found in its cache on disk (`warm`) or not (`cold`)."""
    from torch._dynamo.utils import counters

    breaks = counters["graph_break"] or counters["unimplemented"]
    cache = counters["inductor"]
    return {
        "graphs": counters["stats"]["unique_graphs"],
        "graph_breaks": sum(breaks.values()),
        "graph_break_reason": max(breaks, key=breaks.get).strip().splitlines()[0] if breaks else None,
        "compile_cache": "warm" if cache["fxgraph_cache_hit"] and not cache["fxgraph_cache_miss"] else "cold",
    }


class Stack:
    """The candidate `pytorch`."""

    family = "pytorch"
    packages = ("torch",)

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

    def full_float32(self):
        """Compute in float32 what is float32, from here on: so that no stack wins by TF32."""
        full_float32(self.torch)

    def start_compiler(self):
        """What the first use of torch.compile costs whatever is compiled."""
        start_compiler(self.torch, self.device)

    def build(self, net, mode, sizes, own_initialisers=False):
        """A net of `shared_workload.NETS` with its optimiser, ready to train.

        `mode` is `default` or `eager`, which are the same, or `compiled`. Torch always draws its own first weights.
        """
        torch = self.torch
        if mode == "compiled":
            forget_compiled(torch)
        module = nets_pytorch.build(torch, net, sizes).to(self.device)
        trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
        return Net(torch, self.device, module, nets_pytorch.optimiser(torch, sizes["optimiser"], trained), mode)


class Net:
    """A torch module in training."""

    layout = "NCHW"
    inference = "model(x) in eval() and no_grad()"

    def __init__(self, torch, device, module, optimiser, mode):
        self.torch, self.device, self.module, self.optimiser = torch, device, module, optimiser
        self.mode = "torch.compile" if mode == "compiled" else "eager"
        self._called = torch.compile(module) if mode == "compiled" else module
        self.parameters = sum(each.numel() for each in module.parameters() if each.requires_grad)

    def set_first_weights(self):
        """Start from the weights that all stacks start from."""
        nets_pytorch.set_first_weights(self.torch, self.module)

    def compiling(self):
        """Findings about compiling, none where nothing is compiled."""
        return compiling(self.torch) if self.mode == "torch.compile" else {}

    def prepare(self, batches):
        """Take these batches of arrays as those to go through, in torch's layout and label type; still numpy, still in
        host memory."""
        import numpy

        def arrays(inputs, labels):
            if inputs.ndim == 4:
                inputs = numpy.ascontiguousarray(inputs.transpose(0, 3, 1, 2))
            return inputs, labels.astype("int64")

        self.pool = [arrays(*batch) for batch in batches]

    def train(self, first, steps):
        """Train on so many batches in turn, from the one with the number `first` on, and wait for the device.

        Returns the seconds from the end of the first step to that of the last, and the last one's loss.
        """
        for number in range(first, first + steps):
            if number <= first + 1:
                self._synchronise()
                start = time.perf_counter()
            loss = self._step(*self.pool[number % len(self.pool)])
        self._synchronise()
        took = time.perf_counter() - start
        return took, float(loss)

    def _step(self, inputs, labels):
        """One training step; returns the loss, which may still be on its way."""
        torch = self.torch
        inputs, labels = torch.from_numpy(inputs).to(self.device), torch.from_numpy(labels).to(self.device)
        self.optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(self._called(inputs), labels)
        loss.backward()
        self.optimiser.step()
        return loss.detach()

    def _synchronise(self):
        """Wait for the steps so far."""
        synchronise(self.torch, self.device)

    def infer(self, first, calls):
        """Infer so many batches one by one, from the one with the number `first` on, each into a numpy array."""
        self.module.eval()
        with self.torch.no_grad():
            for number in range(first, first + calls):
                inputs = self.torch.from_numpy(self.pool[number % len(self.pool)][0])
                self._called(inputs.to(self.device)).cpu().numpy()
        self.module.train()
