"""How fast does a net of `shared_workload.NETS` build, train and infer, and does it learn what the others learn?

Options: `net` (mlp, cnn, lstm, transformer); `mode`: `default`, what the candidate's users get without asking,
`eager`, or `compiled` (torch.compile; Keras' jit_compile=True); `batch`: `small`, or `large`, which is four of these,
on an accelerator 32.
"""

import math

from shared_envelope import fails, not_tried, works
from shared_workload import FEW_LOSS_STEPS, LOSS_TOLERANCE, Workload

FAMILIES = None


def run(session, options):
    """Samples: NET-step and NET-infer (ms), a number a block, with `-large`, `-eager` or `-compiled` after NET; on the
    first request also NET-build and NET-first-step (s; default mode, small batch) or NET-compile-time (s; compiled
    mode, unless torch.compile found what it needs in its cache).

    At the level `quick` building and inference are left out, and so is inference in eager mode.
    """
    if not hasattr(session.stack, "build"):
        return not_tried("the stack of {} builds no nets".format(session.candidate))
    session.stack.load()
    key = ("training",) + tuple(options.get(name) for name in ("net", "mode", "batch"))
    try:
        training = session.keep(key, lambda: _Training(session.stack, options))
        samples, findings = training.measure(options.get("blocks", 3))
    except Exception as error:
        # What goes wrong under torch.compile may come wrapped in an error whose first line says nothing.
        inner = getattr(error, "inner_exception", None)
        if inner is None:
            raise
        raise inner from error
    problem = training.problem()
    return fails(problem, findings) if problem else works(samples, findings)


class _Training:
    """A workload that has taken its first steps."""

    def __init__(self, stack, options):
        net, self.mode, batch = options["net"], options.get("mode", "default"), options.get("batch", "small")
        self.is_quick = options.get("level") == "quick"
        self.is_plain = self.mode == "default" and batch == "small"
        self.name = "-".join([net] + [part for part in (batch, self.mode) if part not in ("small", "default")])
        self.workload = Workload(stack, net, self.mode, batch, self.is_plain and not self.is_quick)
        if self.is_quick:
            self.workload.loss_steps = FEW_LOSS_STEPS
        first, steady, loss = self.workload.begin()
        self.compiling = self.workload.net.compiling()
        self.findings = dict(
            self.workload.findings(),
            first_step_s=first,
            loss_after_steps=loss,
            loss_steps=self.workload.loss_steps,
            loss_tolerance=LOSS_TOLERANCE[net],
            **self.compiling,
        )
        self.once = {}
        if self.is_plain:
            self.once[net + "-first-step"] = [first]
            if not self.is_quick:
                self.once[net + "-build"] = [self.workload.build_seconds]
        if self.mode == "compiled" and first > steady and self.compiling.get("compile_cache") != "warm":
            self.once[net + "-compile-time"] = [first - steady]

    def measure(self, blocks):
        """Samples by metric, those of the first steps only once, and findings."""
        samples, self.once = self.once, {}
        times, calls = self.workload.time_steps(blocks)
        samples[self.name + "-step"] = [1000 * each for each in times]
        findings = dict(self.findings, steps_per_block=calls)
        if not self.is_quick and self.mode != "eager":
            times, calls = self.workload.time_inference(blocks)
            samples[self.name + "-infer"] = [1000 * each for each in times]
            findings.update(inferences_per_block=calls, inference=self.workload.net.inference)
        return samples, findings

    def problem(self):
        """What shows that it doesn't train, or wasn't compiled though it was asked to be; else ""."""
        if not math.isfinite(self.workload.loss):
            return "the loss is not finite after training"
        if self.mode == "compiled" and (self.workload.net.mode == "eager" or self.compiling.get("graphs") == 0):
            reason = self.compiling.get("graph_break_reason")
            return "nothing was compiled" + (": " + reason if reason else "")
        return ""
