"""The state that the screens share."""

import datetime

from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.session.answers import read_answers
from advisor.session.profile import Profile
from advisor.tui.options import Options
from advisor.tui.sitting import Sitting
from tests.support.knowledge import answered
from tests.tui.tui_support import DAY, SMALL


def test_answers_to_trade_offs_are_kept_though_the_interview_does_not_ask_them(tmp_path):
    knowledge = load()
    name = knowledge.trade_offs[0].id
    path = tmp_path / "answers.yaml"
    options = Options(as_of=datetime.date(2026, 11, 23), profile=Profile(path, knowledge, {}))
    sitting = Sitting(knowledge, {name: Answer(question=name, value="left", origin="file")}, options)
    assert sitting.answered == 0, "it is none of the questions"
    sitting.give("stage", "research")
    assert sitting.answered == 1
    assert {n: a.value for n, a in read_answers(knowledge, str(path)).items()} == {"stage": "research", name: "left"}
    assert sitting.recommendation().answers[-1].question == name


def test_themes_count_what_was_answered_and_begin_at_what_is_open():
    sitting = Sitting(SMALL, {}, Options(as_of=DAY, seed=1))
    assert [(t.title, t.answered, len(t.questions)) for t in sitting.themes()] == [
        ("The project", 0, 2),
        ("The team", 0, 1),
        ("Deployment", 0, 1),
        ("The machine", 0, 2),
        ("Priorities", 0, 1),
    ]
    sitting.answers = answered(SMALL, {"stage": "research", "devices": None, "os": "linux"})
    themes = sitting.themes()
    assert [theme.answered for theme in themes] == [1, 0, 0, 2, 0]
    assert [theme.begins for theme in themes] == ["models", "knows", "onnx", "devices", "speed"]
