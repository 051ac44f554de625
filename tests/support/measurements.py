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
