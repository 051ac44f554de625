"""The state that the screens share."""

import datetime

from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.session.answers import read_answers
from advisor.session.profile import Profile
from advisor.tui.options import Options
from advisor.tui.sitting import Sitting


def test_answers_to_trade_offs_are_kept_though_the_interview_does_not_ask_them(tmp_path):
    knowledge = load()
    name = knowledge.trade_offs[0].id
    path = tmp_path / "answers.yaml"
    options = Options(as_of=datetime.date(2026, 11, 23), profile=Profile(path, {}))
    sitting = Sitting(knowledge, {name: Answer(question=name, value="left", origin="file")}, options)
    assert sitting.answered == 0, "it is none of the questions"
    sitting.give("stage", "research")
    assert sitting.answered == 1
    assert {n: a.value for n, a in read_answers(knowledge, str(path)).items()} == {"stage": "research", name: "left"}
    assert sitting.recommendation().answers[-1].question == name
