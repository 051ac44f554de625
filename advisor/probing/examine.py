"""Looks at the machine and its interpreters for the doctor, in child processes; nothing is measured."""

import os
import shlex
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from advisor import assets
from advisor.errors import InvalidInput, ProbeFailed
from advisor.model.diagnosis import Environment, Machine, Trial
from advisor.probing import interpreters
from advisor.probing.child import Failure, ask_once, sweep
from advisor.probing.environment import inherited, modest
from advisor.probing.shared import printable

MACHINE_SECONDS, ENVIRONMENT_SECONDS, TRIAL_SECONDS = 60, 60, 120
"""Longest waits: for drivers that answer late, for reading metadata, for importing a framework and using its device."""


def examine(
    pythons: Sequence[str],
    on_step: Callable[[str], None] = lambda text: None,
    cancelled: threading.Event | None = None,
) -> tuple[Machine, tuple[Environment, ...]]:
    """The machine at this moment, and each interpreter with what came of trying its frameworks.

    `on_step` is told what is being looked at. Raises ProbeFailed when the machine can't be described, and `Cancelled`;
    an interpreter that can't be used is an `Environment` with its error.
    """
    on_step("the machine")
    folder = assets.probes_dir()
    try:
        report = ask_once([sys.executable, "-B", str(folder), "--machine"], MACHINE_SECONDS, cancelled)
        machine = Machine.model_validate(report)
    except (Failure, ValidationError) as problem:
        raise ProbeFailed(f"This machine can't be described: {problem}", "Please report it.") from problem
    return machine, tuple(_environment(python, folder, on_step, cancelled) for python in dict.fromkeys(pythons))


def _environment(
    python: str, folder: Path, on_step: Callable[[str], None], cancelled: threading.Event | None
) -> Environment:
    try:
        path = interpreters.inspect(python, folder, cancelled).interpreter.path
        on_step(path)
        report = ask_once([path, "-B", str(folder), "--environment"], ENVIRONMENT_SECONDS, cancelled)
        found = Environment.model_validate({"path": path, **report})
    except InvalidInput as problem:
        return Environment(path=python, error=problem.message, hint=problem.hint)
    except (Failure, ValidationError) as problem:
        return Environment(path=python, error=printable(str(problem)), hint="Give another with --python.")
    trials = []
    for framework, module in found.modules.items():
        if not module.shadowed:
            on_step(f"{path}: {framework}")
            trials.append(_try(path, folder, framework, cancelled))
        else:
            trials.append(Trial(framework=framework, works=False, detail="not imported: hidden by another file"))
    return found.model_copy(update={"trials": tuple(trials)})


def _try(python: str, folder: Path, framework: str, cancelled: threading.Event | None) -> Trial:
    """Import a framework and use its device, in a process of its own: both can hang or crash."""
    argv = [python, "-B", str(folder), "--devices", framework]
    common = {"framework": framework, "command": shlex.join(argv)}
    with tempfile.TemporaryDirectory(prefix="advisor-") as private:
        environment = _environment_of_trial(Path(private))
        try:
            answer = ask_once(argv, TRIAL_SECONDS, cancelled, environment, Path(private))
        except Failure as failure:
            return Trial(works=False, cause=failure.cause, detail=printable(failure.detail), **common)
        finally:
            sweep(Path(private))
    findings = answer.get("findings", {})
    if answer.get("status") != "works":
        cause = answer.get("cause") or "error"
        return Trial(works=False, cause=cause, detail=printable(str(answer.get("detail", ""))), **common)
    told = {name: findings.get(name) or "" for name in ("version", "built_for", "built_version", "names", "error")}
    architectures = tuple(str(findings.get("architectures") or "").split())
    return Trial(works=True, architectures=architectures, gpus=int(findings.get("gpus") or 0), **told, **common)


def _environment_of_trial(private: Path) -> dict[str, str]:
    environment = inherited(os.environ) | {name: os.environ[name] for name in ("KERAS_BACKEND",) if name in os.environ}
    environment |= modest(private)
    if not (Path.home() / ".keras" / "keras.json").exists():
        environment.setdefault("KERAS_HOME", str(private))  # Keras would write its defaults into the user's home
    return environment
