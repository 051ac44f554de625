"""Runs kept from one day to the next, under a name that changes with anything that could change the results."""

import hashlib
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from platformdirs import user_cache_path

from advisor.errors import InvalidInput
from advisor.files import write_whole
from advisor.model.candidate import Candidate
from advisor.model.measurement import PROTOCOL, Host, Interpreter, Level, Measurements
from advisor.model.probe import Probe
from advisor.probing.environment import influences

_log = logging.getLogger(__name__)

_OF_METRICS = {"title", "ceiling", "self_check", "repaid_by"}
_IRRELEVANT = {"title": True, "text": True, "claim": True, "metrics": {"__all__": _OF_METRICS}}
"""What of a probe's registration changes no result."""


def digest(probes_dir: Path) -> str:
    """A hash of the probe programs' names and contents."""
    total = hashlib.sha256()
    for path in sorted(probes_dir.glob("*.py")):
        content = path.read_bytes()
        total.update(f"{path.name} {len(content)}\n".encode() + content)
    return total.hexdigest()


def fingerprint(
    level: Level,
    host: Host,
    interpreters: Sequence[Interpreter],
    candidates: Sequence[Candidate],
    probes: Sequence[Probe],
    programs: str,
    environment: Mapping[str, str],
    only: Collection[str] | None = None,
) -> str:
    """The name of a run: equal exactly where a run's results may be used again.

    `probes` are those of the run, `programs` is the `digest` of their programs; `only` the probes of a run that leaves
    some out. The host holds the number of threads: probes get as many as there are processors usable.
    """
    facts = {
        "protocol": PROTOCOL,
        "level": level,
        "host": host.model_dump(),
        "interpreters": [interpreter.model_dump() for interpreter in interpreters],
        "candidates": {candidate.id: candidate.packages for candidate in candidates},
        "probes": [probe.model_dump(exclude=_IRRELEVANT) for probe in probes],
        "programs": programs,
        "environment": influences(environment),
        "only": None if only is None else sorted(only),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def folder() -> Path:
    """Where runs are kept; it need not exist."""
    return user_cache_path("advisor", appauthor=False) / "measurements"


def load(name: str) -> Measurements | None:
    """The run with this fingerprint, or None; a file that can't be read as one is as good as none."""
    path = folder() / f"{name}.json"
    try:
        run = Measurements.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        _log.warning("Ignored the damaged measurements in %s: %s", path, str(error).splitlines()[0])
        return None
    return run if (run.fingerprint, run.protocol) == (name, PROTOCOL) else None


def save(run: Measurements) -> None:
    """Keep a run: it is there whole or not at all, whoever else writes. Failing to is a warning."""
    try:
        write_whole(folder() / f"{run.fingerprint}.json", run.model_dump_json(indent=1))
    except InvalidInput as error:
        _log.warning("The measurements could not be kept: %s", error)
