"""Did all candidates do the same work? Nobody may win by doing less: pure."""

from collections import Counter
from collections.abc import Mapping
from statistics import median

from advisor.probing.envelope import Envelope
from advisor.probing.shared import Pair


def other_work(results: Mapping[tuple[Pair, str], Mapping[int, Envelope]], probe: str) -> dict[Pair, str]:
    """By pair, why its numbers of a probe can't be compared with the others': it computes in another precision or has
    other parameters than most, or reached another loss by more than the share that the probe itself says rounding can
    make (`loss_tolerance`). Pairs whose probe reports none of these are not judged."""
    found: dict[Pair, dict[str, float]] = {}
    precisions: dict[Pair, str] = {}
    for (pair, name), envelopes in results.items():
        working = [envelope for envelope in envelopes.values() if envelope.works]
        if name == probe and working:
            findings = working[0].findings
            found[pair] = {key: value for key, value in findings.items() if isinstance(value, (int, float))}
            if isinstance(precision := findings.get("precision"), str):
                precisions[pair] = precision
    tolerance = max((numbers.get("loss_tolerance", 0) for numbers in found.values()), default=0)
    return {**_odd(found, "loss_after_steps", tolerance), **_odd(found, "parameters", 0), **_odd_precision(precisions)}


def _odd_precision(precisions: Mapping[Pair, str]) -> dict[Pair, str]:
    """Those that compute in another precision than most; all where there is no most."""
    formats = {pair: text.partition(";")[0] for pair, text in precisions.items()}
    counts = Counter(formats.values()).most_common()
    if len(counts) < 2:
        return {}
    usual = counts[0][0] if counts[0][1] > counts[1][1] else None
    return {
        pair: f"not the same work: computed in {text}, others in {usual or 'something else'}"
        for pair, text in formats.items()
        if text != usual
    }


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
