"""Adds documents of different kinds to the corpus, which every later version of the same major format must read.

    PYTHONPATH=. python tests/contracts/corpus/write.py

A document that is there already stays as it is: it stands for the version that wrote it. Most rest on a small base of
knowledge, so that they are short.
"""

import datetime
import json
import tempfile
from pathlib import Path

from advisor.cli.main import main as advisor
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.knowledge.remedies import load_remedies
from advisor.model.selfcheck import SelfCheck, Trial
from advisor.session.group import advise_group
from tests.diagnosis.test_diagnose import CASES, diagnosis_of
from tests.support.knowledge import answered
from tests.support.scans import scanned
from tests.tui.tui_support import ANSWERS, SMALL, sample

HERE = Path(__file__).parent
DAY = datetime.date(2026, 11, 25)

NONE = """\
rules:
  - {id: none-at-all, for: every, when: {fact: stage, is: research}, then: [{veto: "{candidate}"}],
     because: Not for us., sources: [ours]}
sources:
  - {id: ours, title: Our policy, address: "https://example.org", date: "2026", checked: 2026-11-01, grade: weak,
     kind: practices}
"""


ALIKE = {"probe": "cnn", "metric": "cnn-step", "copies": ("a#1", "a#2"), "low": 0.9, "high": 1.1, "word": "same"}
SELF_CHECK = SelfCheck(
    candidate="pytorch",
    interpreter="python",
    level="quick",
    alike=(Trial(**ALIKE, true_ratio=1.0, ratio=1.0, smallest_difference=1.2),),
    slowed=(Trial(**{**ALIKE, "low": 1.1, "high": 1.3, "word": "slower"}, true_ratio=1.2, ratio=1.2,
                  smallest_difference=1.2),),
)  # fmt: skip


def documents():
    """Each document by the name of its file: the schema that it must fit, a dot, and what is particular about it."""
    yield "result.nothing-known", advise(SMALL, {}, None, as_of=DAY)
    yield "result.scanned", advise(SMALL, answered(SMALL, {"stage": "research"}, "scan"), None, as_of=DAY, seed=3)
    yield "result.measured", advise(SMALL, answered(SMALL, ANSWERS), sample(), as_of=DAY)
    whole = load()
    given = answered(whole, {"stage": "production", "os": "windows", "accelerator": "nvidia", "models": None})
    yield "result.whole-knowledge", advise(whole, given, None, as_of=DAY)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "no.yaml").write_text(NONE)
        none = load([Path(folder)], HERE.parents[1] / "tui" / "knowledge")
    yield "result.none-feasible", advise(none, answered(none, {"stage": "research"}), None, as_of=DAY)
    members = {"ana": answered(SMALL, {"stage": "research"}), "ben": answered(SMALL, {"stage": "learning"})}
    yield "session.two-people", advise_group(SMALL, members, None, as_of=DAY)
    yield "measurements.three-candidates", sample()


def main() -> None:
    """Write what isn't there."""
    for name, document in documents():
        keep(name, document.model_dump_json(indent=1))
    error = {"code": "invalid-input", "message": "x.yaml: there is no such file", "hint": "Check the path."}
    keep("error.invalid-input", json.dumps({"format_version": "1.0", "error": error}, indent=1))
    with tempfile.TemporaryDirectory() as folder:
        files = {"a.py": "import torch\n", "b.py": "import jax\n", "requirements.txt": "opacus\n", "c.py": "print 1\n"}
        report = scanned(Path(folder), files).model_copy(update={"folder": "project"})
    keep("scan.small-tree", report.model_dump_json(indent=1))
    questioned()


def questioned() -> None:
    """What commands write about a result, a record and other rules, and about a machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result, sets, other = folder / "result.json", folder / "sets.jsonl", folder / "other"
        other.mkdir()
        (other / "no.yaml").write_text(NONE)
        sets.write_text('{"id": "one", "answers": {"stage": "learning"}}\n')
        given = ("--probe", "none", "--as-of", str(DAY))
        asked("result", "--json", "-d", "stage=learning", *given, output=result)
        forged = json.loads(result.read_text())
        forged["verdict"]["confidence"] = 1.0
        (folder / "forged.json").write_text(json.dumps(forged))
        record = folder / "record.md"
        asked("record", "report", str(result), "--as", "record", output=record)
        keep("check.forged", asked("check", "check", str(folder / "forged.json"), "--all", "--json"))
        keep("explanation.why-and-flips", asked("why", "explain", str(result), "--why", "--flips", "1", "--json"))
        drift = asked("drift", "verify", str(record), "--json", *given)
        difference = asked("diff", "rules", "diff", "shipped", str(other), "--sets", "1000", "--json")
        keep("drift.nothing", drift.replace(name, "work"))
        keep("difference.veto", difference.replace(name, "work"))
        keep("batch.short", asked("batch", "batch", str(sets), "--short", *given))
    case = next(case for case in CASES if case["finds"])
    keep("diagnosis.one-finding", diagnosis_of(load_remedies(load()), case).model_dump_json(indent=1))
    keep("self-check.two-trials", SELF_CHECK.model_dump_json(indent=1))


def asked(name: str, *arguments: str, output: Path | None = None) -> str:
    """What a command line writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = output or Path(folder) / name
        advisor([*arguments, "-q", "-o", str(path)])
        return path.read_text(encoding="utf-8").rstrip()


def keep(name: str, text: str) -> None:
    path = HERE / f"{name}.json"
    if not path.exists():
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
