"""One candidate measured again by itself: what it found takes the place of what an earlier run found of it. Pure."""

import hashlib
from collections.abc import Sequence

from advisor.errors import InvalidInput
from advisor.model.measurement import Host, Interpreter, Measurements


def check_unchanged(earlier: Measurements, host: Host, interpreters: Sequence[Interpreter]) -> None:
    """Raises InvalidInput unless what the others were measured with is still there as it was. Packages may have been
    added: what was missing may have been installed since."""
    found = {interpreter.path: interpreter for interpreter in interpreters}
    for known in earlier.interpreters:
        now = found.get(known.path)
        if now is None or known.python != now.python or not known.packages.items() <= now.packages.items():
            raise InvalidInput(
                f"{known.path} is not as it was when the others were measured", "Measure all candidates again."
            )
    if host != earlier.host:
        raise InvalidInput("This is not the machine on which the others were measured", "Measure all candidates again.")


def renewed(earlier: Measurements, again: Measurements, candidate: str) -> Measurements:
    """The earlier run with a candidate's outcomes from a run of it alone. Comparisons with it are left out, since they
    are of candidates that took turns."""
    others = (outcome for outcome in earlier.outcomes if outcome.candidate != candidate)
    names = f"{earlier.fingerprint} {candidate} {again.fingerprint}"
    # Made anew rather than copied with changes: a copy would keep what the earlier one has looked up already.
    return Measurements(
        level=earlier.level,
        fingerprint=hashlib.sha256(names.encode()).hexdigest(),
        host=earlier.host,
        interpreters=again.interpreters,
        outcomes=(*others, *again.outcomes),
        machine=earlier.machine,
        comparisons=tuple(c for c in earlier.comparisons if candidate not in (c.candidate, c.rival)),
    )
