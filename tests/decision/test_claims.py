"""What a machine says of a claim."""

import pytest

from advisor.decision.claims import judge
from advisor.model.claim import Claim
from advisor.model.measurement import Comparison
from tests.support.measurements import measured

FAILS = {"probe": "export", "candidate": "left", "outcome": "fails"}
FASTER = {"metric": "step", "candidate": "left", "rival": "right", "word": "faster"}


def claim(*here):
    return Claim(id="a-claim", claim="It is so.", verdict="holds", why="Because it is.", sources=("s",), here=here)


def machine(word="faster", export="fails", ratio=0.5):
    comparison = Comparison(
        metric="step", candidate="left", interpreter="/python", rival="right", rival_interpreter="/python",
        ratio=ratio, low=ratio * 0.9, high=ratio * 1.1, word=word,
    )  # fmt: skip
    return measured(export={"left": export, "right": "works"}).model_copy(update={"comparisons": (comparison,)})


@pytest.mark.parametrize(
    ("tests", "found", "verdict"),
    [
        ([FAILS, FASTER], machine(), "holds"),
        ([FAILS, FASTER], machine(word="undecided"), "undecided"),
        ([FAILS, FASTER], machine(word="same"), "does-not-hold"),
        ([FAILS, FASTER], machine(export="works-with-extra"), "does-not-hold"),
        ([FAILS, FASTER], machine(export="not-tried"), "not-measured"),
        ([FAILS, FASTER], machine(word="slower", export="not-tried"), "does-not-hold"),
        ([{**FASTER, "candidate": "right", "rival": "left", "word": "slower"}], machine(), "holds"),
        ([{**FASTER, "metric": "other"}], machine(), "not-measured"),
        ([], machine(), "not-measured"),
        ([FAILS], None, "not-measured"),
    ],
)
def test_all_tests_must_hold(tests, found, verdict):
    assert judge(claim(*tests), found)[0] == verdict


def test_results_say_what_was_seen():
    _, results = judge(claim(FASTER, FAILS, {**FASTER, "word": "same"}), machine())
    assert [(result.text, result.holds) for result in results] == [
        ("left faster than right by step", True),
        ("export fails with left", True),
        ("left the same as right by step", False),
    ]
    assert results[0].seen == "0.50 times (0.45 to 0.55), faster"
