"""Machine and interpreters in, diagnosis out."""

from collections.abc import Sequence

from advisor.diagnosis.doctor import Doctor
from advisor.diagnosis.environment import environment_findings
from advisor.diagnosis.frameworks import framework_findings
from advisor.diagnosis.machine import machine_findings
from advisor.model.diagnosis import Diagnosis, Environment, Finding, Machine
from advisor.model.remedies import Remedies

ORDER = ("error", "warning", "note")


def diagnose(remedies: Remedies, machine: Machine, environments: Sequence[Environment]) -> Diagnosis:
    """What is wrong with a machine and its interpreters, worst first, with the sources of each finding."""
    doctor = Doctor(remedies, machine)
    found: list[Finding] = [*machine_findings(doctor)]
    for environment in environments:
        found += environment_findings(doctor, environment)
        for trial in environment.trials:
            found += framework_findings(doctor, environment, trial)
    found.sort(key=lambda finding: ORDER.index(finding.severity))
    cited = {source for finding in found for source in finding.sources}
    return Diagnosis(
        machine=machine,
        environments=tuple(environments),
        findings=tuple(found),
        sources=tuple(source for source in remedies.sources if source.id in cited),
    )
