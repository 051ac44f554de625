"""How many of the operations on tensors that models are made of are there, and right?"""

from types import SimpleNamespace

from shared_envelope import fails, told, works
from shared_operations import OPERATIONS, inputs

TOLERANCE = 1e-3
"""Greatest accepted difference as a share of the largest value of numpy's; that of float32 is 1e-4 at most here."""
ENOUGH = 0.9
"""The share of the operations that must be there and right."""
NAMES = 12
"""So many names at most in a finding."""


def run(session, options):
    """Works if at least `ENOUGH` of the operations are there and right. Samples: op-coverage (ops).

    Findings: tried, right; missing, wrong, failing (names); the first error of a failing one.
    """
    import numpy

    stack = session.stack
    stack.load()
    arrays = inputs()
    if stack.family == "pytorch":
        library, way, read = stack.torch, 2, lambda value: value.detach().cpu().numpy()
        tensors = {name: stack.torch.from_numpy(value).to(stack.device) for name, value in arrays.items()}
    else:
        library, way, read = stack.keras.ops, 3, stack.keras.ops.convert_to_numpy
        tensors = {name: library.convert_to_tensor(value) for name, value in arrays.items()}
    arrays, tensors = SimpleNamespace(**arrays), SimpleNamespace(**tensors)
    outcomes = {}
    for row in OPERATIONS:
        name, reference, call = row[0], row[1], row[way]
        outcomes[name] = outcome(lambda call=call: read(call(library, tensors)), reference(numpy, arrays))
    return summary(outcomes)


def outcome(compute, expected):
    """`right`, `missing`, `wrong`, or the error, of an operation whose result `compute()` is compared with numpy's."""
    import numpy

    try:
        got = numpy.asarray(compute())
    except NotImplementedError:
        return "missing"
    except AttributeError as error:
        return "missing" if "module" in str(error) else told(error)
    except Exception as error:
        return told(error)
    expected = numpy.asarray(expected)
    if got.shape != expected.shape:
        return "wrong"
    worst = numpy.abs(got - expected).max(initial=0)
    return "right" if worst <= TOLERANCE * max(1e-6, numpy.abs(expected).max(initial=0)) else "wrong"


def summary(outcomes):
    """The variable part of the envelope for the outcomes by name."""
    groups = {"right": [], "missing": [], "wrong": [], "failing": []}
    for name, words in outcomes.items():
        groups[words if words in groups else "failing"].append(name)
    right = len(groups.pop("right"))
    findings = {"tried": len(outcomes), "right": right}
    for group, names in groups.items():
        more = " and {} more".format(len(names) - NAMES) if names[NAMES:] else ""
        findings[group] = ", ".join(names[:NAMES]) + more
    if groups["failing"]:
        findings["first_error"] = outcomes[groups["failing"][0]]
    if right < ENOUGH * len(outcomes):
        return fails("only {} of {} operations are there and right".format(right, len(outcomes)), findings)
    return works({"op-coverage": [right]}, findings)
