"""Measurements built from plain data."""

from advisor.model.measurement import Host, Interpreter, Measurement, Measurements, Outcome

STEP = {
    "id": "step",
    "title": "Training",
    "text": "Trains a net.",
    "metrics": [{"id": "step", "title": "A training step", "unit": "ms", "better": "lower"}],
}
EXPORT = {"id": "export", "title": "Exporting", "text": "Exports a net."}
HOST = Host(
    os="linux",
    release="6.1",
    machine="x86_64",
    cpu="A processor",
    cores=4,
    cores_usable=2,
    memory_bytes=2**34,
    memory_usable_bytes=2**33,
)


def measured(export: dict[str, str] | None = None, **medians: tuple[float, float, float]) -> Measurements:
    """Measurements with (median, low, high) of the metric `step` by candidate, and outcomes of `export`."""
    outcomes = [
        Outcome(
            probe="step",
            candidate=name,
            interpreter="/python",
            status="works",
            measurements=(Measurement(metric="step", unit="ms", median=m, low=low, high=high, launches=3, samples=9),),
        )
        for name, (m, low, high) in medians.items()
    ]
    outcomes += [
        Outcome(probe="export", candidate=name, interpreter="/python", status=status)
        for name, status in (export or {}).items()
    ]
    return Measurements(
        level="quick",
        fingerprint="f",
        host=HOST,
        interpreters=(Interpreter(path="/python", python="3.11.7"),),
        outcomes=tuple(outcomes),
    )


def spoilt(found: Measurements, *candidates: str, quality: str = "unusable", reason: str = "busy") -> Measurements:
    """The same with the numbers of some candidates, or of all if none is named, of a worse quality."""
    outcomes = []
    for outcome in found.outcomes:
        if outcome.candidate in candidates or not candidates:
            worse = {"quality": quality, "quality_reason": reason}
            numbers = tuple(number.model_copy(update=worse) for number in outcome.measurements)
            outcome = outcome.model_copy(update={"measurements": numbers})
        outcomes.append(outcome)
    return Measurements(**{**dict(found), "outcomes": tuple(outcomes)})
