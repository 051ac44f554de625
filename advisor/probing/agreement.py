"""Did all candidates do the same work? Nobody may win by doing less: pure."""

from collections import Counter
from collections.abc import Mapping
from statistics import median

from advisor.probing.envelope import Envelope
from advisor.probing.shared import Pair


def other_work(results: Mapping[tuple[Pair, str], Mapping[int, Envelope]], probe: str) -> dict[Pair, str]:
    """By pair, why its numbers of a probe can't be compared with the others': it computes in another precision, on the
    CPU where most have an accelerator or the reverse, has other parameters than most, or reached another loss by more
    than the share that the probe itself says rounding can make (`loss_tolerance`). Pairs whose probe reports none of
    these are not judged."""
    found: dict[Pair, dict[str, float]] = {}
    precisions: dict[Pair, str] = {}
    places: dict[Pair, str] = {}
    for (pair, name), envelopes in results.items():
        working = [envelope for envelope in envelopes.values() if envelope.works]
        if name == probe and working:
            findings = working[0].findings
            found[pair] = {key: value for key, value in findings.items() if isinstance(value, (int, float))}
            if isinstance(precision := findings.get("precision"), str):
                precisions[pair] = "in " + precision.partition(";")[0]
            if isinstance(device := findings.get("device"), str):
                places[pair] = "on the CPU" if device == "cpu" else "on an accelerator"
    tolerance = max((numbers.get("loss_tolerance", 0) for numbers in found.values()), default=0)
    return {
        **_odd(found, "loss_after_steps", tolerance),
        **_odd(found, "parameters", 0),
        **_unlike(precisions),
        **_unlike(places),
    }


def _unlike(ways: Mapping[Pair, str]) -> dict[Pair, str]:
    """Those that compute in another way than most; all where there is no most."""
    counts = Counter(ways.values()).most_common()
    if len(counts) < 2:
        return {}
    usual = counts[0][0] if counts[0][1] > counts[1][1] else ""
    others = f"others {usual}" if usual else "others not"
    return {pair: f"not the same work: computed {way}, {others}" for pair, way in ways.items() if way != usual}


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
