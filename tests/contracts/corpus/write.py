"""Adds documents of different kinds to the corpus, which every later version of the same major format must read.

    PYTHONPATH=. python tests/contracts/corpus/write.py

A document that is there already stays as it is: it stands for the version that wrote it. Most rest on a small base of
knowledge, so that they are short.
"""

import datetime
import json
import tempfile
from pathlib import Path

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.session.group import advise_group
from tests.support.scans import scanned
from tests.tui.tui_support import ANSWERS, SMALL, answered, sample

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


def keep(name: str, text: str) -> None:
    path = HERE / f"{name}.json"
    if not path.exists():
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
