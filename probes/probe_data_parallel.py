"""Do two processes of data-parallel training on this machine give what one gives, and how much faster are they?"""

import json
import os
import tempfile

import parallel_task as task
import shared_limits
from shared_children import ChildFailed, free_port, run_together, threads_environment
from shared_envelope import fails, works

SECONDS = 60
"""For the processes of one way together."""
WAYS = {
    "pytorch": "DistributedDataParallel, gloo",
    "keras-torch": "DistributedDataParallel around the Keras model, gloo, in a loop of one's own",
    "keras-jax": "keras.distribution.initialize and DataParallel with fit()",
    "keras-tensorflow": "MultiWorkerMirroredStrategy with fit()",
}
CANDIDATES = tuple(WAYS)


def run(session, options):
    """Works if the documented way for two processes gives the losses and weights of one process on the joined batches.

    All on the CPU, with the threads shared out. Findings: way, same_loss, loss_difference, weights_difference,
    between_processes (shares of the loss, of the weights' change), speed_up; and other ways with what came of them.
    """
    session.stack.load()
    threads = shared_limits.threads() or shared_limits.usable_cores()
    children = _CHILDREN[session.candidate]
    findings = {"way": WAYS[session.candidate], "device": "cpu", "threads": threads}
    with tempfile.TemporaryDirectory() as folder:
        single, ranks = None, None
        alone = children("alone", folder, session.candidate)
        (single,) = run_together(_with_threads(alone, threads), folder, SECONDS)
        try:
            both = children("process", folder, session.candidate)
            ranks = run_together(_with_threads(both, max(1, threads // task.WORLD)), folder, SECONDS)
            wrong = _record(findings, "", single, ranks)
        except ChildFailed as error:
            wrong = str(error)
        findings["same_loss"] = not wrong
        if session.candidate == "keras-torch" and ranks:
            _other_torch_ways(findings, single, ranks)
        elif session.candidate in ("keras-jax", "keras-tensorflow"):
            _one_process_two_devices(findings, single, children("devices", folder, session.candidate), threads, folder)
    return fails(wrong, findings) if wrong else works(findings=findings)


def _record(findings, prefix, single, ranks):
    """Add how ranks compare with the single process; returns what is wrong, or ""."""
    figures = task.compared(single, ranks, task.start_result())
    findings.update({prefix + name: value for name, value in figures.items()})
    if len(ranks[0]["seconds"]) > 1:
        findings[prefix + "speed_up"] = task.speed_up(single, ranks)
    return task.problem(figures)


def _other_torch_ways(findings, single, ranks):
    """What fit() does in two processes, and what Keras' distribution API says."""
    fits = [rank["fit"] for rank in ranks]
    errors = [fit["error"] for fit in fits if "error" in fit]
    figures = None if errors else task.compared(single, fits, task.start_result())
    findings["fit_in_two_processes"] = errors[0] if errors else task.problem(figures) or "works"
    findings["keras_distribution"] = ranks[0]["distribution"]


def _one_process_two_devices(findings, single, children, threads, folder):
    """The alternative way: one process that sees the processor as two devices."""
    prefix = "two_devices_"
    try:
        answers = run_together(_with_threads(children, threads), folder, SECONDS)
        findings[prefix + "outcome"] = _record(findings, prefix, single, answers) or "works"
        if "distribution" in answers[0]:
            findings["keras_distribution"] = answers[0]["distribution"]
    except ChildFailed as error:
        findings[prefix + "outcome"] = str(error)
    # One process has nobody to differ from.
    findings.pop(prefix + "between_processes", None)


def _with_threads(children, threads):
    return [(arguments, dict(threads_environment(threads), **more)) for arguments, more in children]


def _torch_children(way, folder, candidate):
    world = task.WORLD if way == "process" else 1
    rendezvous = os.path.join(folder, "rendezvous")
    return [(["parallel_torch.py", candidate, str(rank), str(world), rendezvous], {}) for rank in range(world)]


def _jax_children(way, folder, candidate):
    processes, port = (task.WORLD, str(free_port())) if way == "process" else (1, "0")
    # What the user has set stays; a device for each part is what this is about.
    flags = "{} --xla_force_host_platform_device_count={}".format(
        os.environ.get("XLA_FLAGS", ""), task.WORLD if way == "devices" else 1
    )
    environment = {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    return [(["parallel_jax.py", way, str(rank), str(task.WORLD), port], environment) for rank in range(processes)]


def _tensorflow_children(way, folder, candidate):
    arguments = ["parallel_tensorflow.py", way, str(task.WORLD)]
    if way != "process":
        return [(arguments, {})]
    workers = ["127.0.0.1:{}".format(free_port()) for _ in range(task.WORLD)]
    configurations = [
        {"cluster": {"worker": workers}, "task": {"type": "worker", "index": rank}} for rank in range(task.WORLD)
    ]
    return [(arguments, {"TF_CONFIG": json.dumps(each)}) for each in configurations]


_CHILDREN = {
    "pytorch": _torch_children,
    "keras-torch": _torch_children,
    "keras-jax": _jax_children,
    "keras-tensorflow": _tensorflow_children,
}
