"""Writes the results that the snapshots show, so that they change only when the look of the screens does.

PYTHONPATH=. python tests/tui/results/write.py
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from advisor.decision.advise import advise  # noqa: E402
from advisor.knowledge.load import load  # noqa: E402
from tests.support.knowledge import answered  # noqa: E402
from tests.tui.tui_support import ANSWERS, DAY, SMALL, sample  # noqa: E402

STRICT = load([HERE.parent / "overlay"], base=HERE.parent / "knowledge")
CASES = {
    "complete": (SMALL, {**ANSWERS, "devices": 2, "speed": "high"}, sample()),
    "early": (SMALL, {"stage": "learning"}, None),
    "nothing": (SMALL, {}, None),
    "none-feasible": (STRICT, {**ANSWERS, "devices": 500, "speed": "high"}, None),
    "too-close": (
        SMALL,
        {
            "stage": "learning",
            "models": "standard",
            "knows": ("pytorch", "keras"),
            "os": "linux",
            "onnx": False,
            "speed": "ignore",
        },
        None,
    ),
}

for name, (knowledge, answers, measurements) in CASES.items():
    result = advise(knowledge, answered(knowledge, answers), measurements, as_of=DAY, seed=1)
    (HERE / f"{name}.json").write_text(result.model_dump_json(indent=1) + "\n", encoding="utf-8")
