"""One process of data-parallel training with torch: a torch or a Keras model under DistributedDataParallel.

Arguments: candidate, rank, number of processes, rendezvous file, result.
"""

import os
import time
from contextlib import nullcontext

import parallel_task as task
import shared_session
from shared_children import as_child
from shared_envelope import told


def main(candidate, rank, world, rendezvous):
    """Train on this process' share; for Keras, then train anew by fit() on a model that is wrapped likewise."""
    rank, world = int(rank), int(world)
    stack = shared_session.Session(candidate).stack
    stack.load()
    import torch

    keras = getattr(stack, "keras", None)
    if world > 1:
        if os.path.exists("/sys/class/net/lo"):
            # A host name that doesn't resolve to this machine would keep gloo from finding it.
            os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        torch.distributed.init_process_group("gloo", init_method="file://" + rendezvous, rank=rank, world_size=world)
    with keras.device("cpu") if keras else nullcontext():
        answer = _by_loop(torch, keras, rank, world)
        if keras and world > 1:
            answer["fit"] = _by_fit(torch, keras, rank, world)
            answer["distribution"] = _distribution(keras)
    return answer


def _net(torch, keras):
    """A net with the start weights, and a function that gives its weights."""
    if keras:
        model = task.keras_model(keras)
        return model, model.get_weights
    layers = []
    for fan_in, fan_out in zip(task.SIZES, task.SIZES[1:]):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.Tanh()]
    net = torch.nn.Sequential(*layers[:-1])
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), task.start_weights()):
            parameter.copy_(torch.from_numpy(value.T))
    return net, lambda: [parameter.detach().numpy().T for parameter in net.parameters()]


def _wrapped(torch, net, world):
    return torch.nn.parallel.DistributedDataParallel(net) if world > 1 else net


def _by_loop(torch, keras, rank, world):
    """The way of PyTorch's tutorial, and of Keras' guide to distributed training with PyTorch."""
    net, weights = _net(torch, keras)
    model = _wrapped(torch, net, world)
    optimiser = torch.optim.SGD(net.parameters(), lr=task.RATE)
    inputs, labels = (torch.from_numpy(each) for each in task.data(rank, world))
    batch = task.BATCH // world
    losses, seconds = [], []
    for _ in range(task.EPOCHS):
        start, total = time.perf_counter(), 0.0
        for step in range(task.STEPS):
            rows = slice(step * batch, (step + 1) * batch)
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(inputs[rows]), labels[rows])
            loss.backward()
            optimiser.step()
            total += loss.item()
        seconds.append(time.perf_counter() - start)
        losses.append(total / task.STEPS)
    return task.result(losses, seconds, weights())


def _by_fit(torch, keras, rank, world):
    """What fit() makes of a model that stands under DistributedDataParallel."""
    try:
        model = task.keras_model(keras)
        wrapper = _wrapped(torch, model, world)
        task.keras_compile(keras, wrapper.module)
        return task.keras_fit(keras, wrapper.module, *task.data(rank, world), task.BATCH // world, epochs=1)
    except Exception as error:
        return {"error": told(error)}


def _distribution(keras):
    """What becomes of Keras' own way to name devices."""
    try:
        keras.distribution.DataParallel()
        return "accepted"
    except Exception as error:
        return told(error)


if __name__ == "__main__":
    as_child(main)
