"""A diagnosis as text."""

from __future__ import annotations

from rich.text import Text

from advisor.model.diagnosis import GIB, Diagnosis, Environment, Finding, Machine
from advisor.report.page import Page

MARKS = {"error": ("✗ error", "bold red"), "warning": ("! warning", "bold yellow"), "note": ("· note", "bold")}


def render(found: Diagnosis, width: int | None = None, colour: bool | None = False) -> str:
    """The machine, each interpreter with its frameworks, and what is wrong with the exact mend, worst first."""
    page = Page(width, colour)
    for line in _machine(found.machine):
        page.console.print(Text(line))
    for environment in found.environments:
        page.heading(environment.path)
        for line in _environment(environment):
            page.say(line)
    page.heading("Findings" if found.findings else "Nothing is wrong.")
    for finding in found.findings:
        _finding(page, finding, several=len(found.environments) > 1)
    return page.text()


def _machine(machine: Machine) -> list[str]:
    system = " ".join(filter(None, (machine.os, machine.distribution, machine.os_version or machine.release)))
    free = "" if machine.memory_free_bytes is None else f"{machine.memory_free_bytes / GIB:.1f} of "
    lines = [
        f"{machine.cpu}, {machine.architecture}, {machine.cores_usable} cores; {system}"
        + ("; in a container" if machine.container else ""),
        f"Memory: {free}{machine.memory_bytes / GIB:.1f} GiB" + (" free" if free else ""),
    ]
    for gpu in machine.gpus:
        memory = f", {gpu.memory_bytes / GIB:.1f} GiB" if gpu.memory_bytes else ""
        spare = f" ({gpu.memory_free_bytes / GIB:.1f} free)" if gpu.memory_free_bytes is not None else ""
        driver = f", driver {gpu.driver} {gpu.driver_version}".rstrip() if gpu.driver else ", no driver"
        lines.append(f"GPU: {gpu.name}, {gpu.vendor}, {gpu.kind}{memory}{spare}{driver}")
    return lines if machine.gpus else [*lines, "GPU: none"]


def _environment(environment: Environment) -> list[str]:
    if environment.error:
        return [environment.error]
    lines = [f"Python {environment.python}, {environment.implementation}, {environment.architecture}"]
    for trial in environment.trials:
        if trial.works:
            build = " ".join(filter(None, (trial.built_for, trial.built_version)))
            role = f"backend {build}" if trial.framework == "keras" else f"build for {build}"
            gpus = "" if trial.framework == "keras" else f", sees {trial.names or 'no GPU'}"
            lines.append(f"{trial.framework} {trial.version}: imports, {role}{gpus}")
        else:
            lines.append(f"{trial.framework}: fails: {trial.detail or trial.cause}")
    return lines


def _finding(page: Page, finding: Finding, several: bool) -> None:
    mark, style = MARKS[finding.severity]
    title = Text(mark, style=style).append(f"  {finding.wrong}", style="")
    page.say(title, 0)
    where = f" ({finding.interpreter})" if several and finding.interpreter else ""
    page.say(f"Seen: {finding.seen}{where}", 4, "dim")
    page.say(finding.mend, 4)
    for line in finding.commands:
        # A command is never wrapped, since it is there to be copied.
        page.console.print(Text(f"        {line}"), soft_wrap=True)
    if finding.sources:
        page.say(f"Sources: {', '.join(finding.sources)}", 4, "dim")
