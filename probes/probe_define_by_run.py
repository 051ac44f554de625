"""Does a net train whose depth depends on the values of its input, as a user would write it first?"""

import dynamic_nets
from shared_envelope import fails, told, works
from shared_timing import time_ratio

STEPS = 40
TOLERANCE = 1e-3
DEPTHS = (1, 2, 3, 4)


def run(session, options):
    """Works if the plain Python loop trains and gives what numpy computes for each depth. Findings: what became of the
    spelling by ops.while_loop and of run_eagerly; slowdown_ratio to a net of fixed depth; graph_breaks or traces."""
    session.stack.load()
    compiled = options.get("mode") == "compiled"
    way = _PyTorch(session.stack, compiled) if session.stack.family == "pytorch" else _Keras(session.stack, compiled)
    findings = {"python_branch": _attempt(way, "python")}
    if session.stack.family == "keras":
        findings["graph_branch"] = _attempt(way, "graph")
        findings["run_eagerly"] = "works" if findings["python_branch"] == "works" else _attempt(way, "python", True)
    if findings["python_branch"] != "works":
        return fails(findings["python_branch"], findings)
    findings.update(way.counted())
    findings["slowdown_ratio"] = time_ratio(_stepper(way, static_depth=2), _stepper(way), 1)
    return works(findings=findings)


def _attempt(way, spelling, eagerly=False):
    """`works`, or what went wrong."""
    try:
        return problem(way, spelling, eagerly) or "works"
    except Exception as error:
        return told(error)


def problem(way, spelling, eagerly):
    """What is wrong with a net in a spelling: it gives something else than numpy, or its loss doesn't fall; or ""."""
    import numpy

    net = way.net(spelling, eagerly)
    losses = []
    for step in range(STEPS):
        depth = DEPTHS[step % len(DEPTHS)]
        losses.append(way.train(net, *dynamic_nets.batch(depth)))
    for depth in DEPTHS:
        inputs, _ = dynamic_nets.batch(depth)
        expected = dynamic_nets.reference(way.weights(net), inputs, depth)
        worst = float(numpy.abs(way.predict(net, inputs) - expected).max())
        if not worst <= TOLERANCE:
            return "at depth {} the outputs differ by {:.2g} from those computed by hand".format(depth, worst)
    if not sum(losses[-len(DEPTHS) :]) < sum(losses[: len(DEPTHS)]):
        return "the loss does not fall"
    return ""


def _stepper(way, static_depth=None):
    """Training steps at depth 2."""
    net, pair = way.net(static_depth=static_depth), dynamic_nets.batch(2)

    def steps(count):
        for _ in range(count):
            way.train(net, *pair)

    return steps


class _PyTorch:
    def __init__(self, stack, compiled):
        self.torch, self.device, self.compiled = stack.torch, stack.device, compiled

    def net(self, spelling="python", eagerly=False, static_depth=None):
        net = dynamic_nets.pytorch_net(self.torch, static_depth).to(self.device)
        optimiser = self.torch.optim.SGD(net.parameters(), lr=0.05)
        return net, optimiser, self.torch.compile(net) if self.compiled else net

    def train(self, trained, inputs, targets):
        net, optimiser, run = trained
        torch = self.torch
        optimiser.zero_grad()
        outputs = run(torch.from_numpy(inputs).to(self.device))
        loss = torch.nn.functional.mse_loss(outputs, torch.from_numpy(targets).to(self.device))
        loss.backward()
        optimiser.step()
        return loss.item()

    def predict(self, trained, inputs):
        with self.torch.no_grad():
            return trained[2](self.torch.from_numpy(inputs).to(self.device)).cpu().numpy()

    def weights(self, trained):
        block, head = trained[0].block, trained[0].head
        return [w.detach().cpu().numpy().T for w in (block.weight, block.bias, head.weight, head.bias)]

    def counted(self):
        """How often Dynamo left its graph for Python, and how many graphs it compiled."""
        if not self.compiled:
            return {}
        from torch._dynamo.utils import counters

        return {
            "graph_breaks": sum(counters["graph_break"].values()),
            "graphs": int(counters["stats"].get("unique_graphs", 0)),
        }


class _Keras:
    def __init__(self, stack, compiled):
        self.keras, self.backend, self.compiled = stack.keras, stack.backend, compiled

    def net(self, spelling="python", eagerly=False, static_depth=None):
        model = dynamic_nets.keras_net(self.keras, spelling, static_depth)
        jit = True if self.compiled and not eagerly else "auto"
        model.compile(self.keras.optimizers.SGD(0.05), "mse", run_eagerly=eagerly, jit_compile=jit)
        return model

    def train(self, model, inputs, targets):
        return float(model.train_on_batch(inputs, targets))

    def predict(self, model, inputs):
        return self.keras.ops.convert_to_numpy(model.predict_on_batch(inputs))

    def weights(self, model):
        return [w for layer in (model.block, model.head) for w in layer.get_weights()]

    def counted(self):
        return {}
