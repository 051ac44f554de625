"""Did all candidates do the same work? Nobody may win by doing less: pure."""

from collections.abc import Mapping
from statistics import median

from advisor.probing.envelope import Envelope
from advisor.probing.shared import Pair


def other_work(results: Mapping[tuple[Pair, str], Mapping[int, Envelope]], probe: str) -> dict[Pair, str]:
    """By pair, why its numbers of a probe can't be compared with the others': it has other parameters, or reached
    another loss than most by more than the share that the probe itself says rounding can make (`loss_tolerance`).
    Pairs whose probe reports neither are not judged."""
    found: dict[Pair, dict[str, float]] = {}
    for (pair, name), envelopes in results.items():
        working = [envelope for envelope in envelopes.values() if envelope.works]
        if name == probe and working:
            found[pair] = {key: value for key, value in working[0].findings.items() if isinstance(value, (int, float))}
    tolerance = max((numbers.get("loss_tolerance", 0) for numbers in found.values()), default=0)
    return {**_odd(found, "loss_after_steps", tolerance), **_odd(found, "parameters", 0)}


def _odd(found: Mapping[Pair, Mapping[str, float]], name: str, tolerance: float) -> dict[Pair, str]:
    values = {pair: numbers[name] for pair, numbers in found.items() if name in numbers}
    if len(values) < 2:
        return {}
    middle = median(values.values())
    what = name.replace("_", " ")
    return {
        pair: f"not the same work: {what} {value:.6g}, the others' {middle:.6g}"
        for pair, value in values.items()
        if abs(value - middle) > tolerance * abs(middle)
    }
