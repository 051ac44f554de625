"""What the shipped rules say of particular needs."""

from advisor.decision.beliefs import believe
from advisor.engine.program import compile_knowledge
from advisor.engine.trace import trace
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.rule import Advise, Evidence, Warn

KNOWLEDGE = load()
PROGRAM = compile_knowledge(KNOWLEDGE)
KERAS = ("keras-tensorflow", "keras-jax", "keras-torch")


def consequences(needs):
    """What follows from these answers alone, with nothing measured."""
    given = [
        Answer(question=question.id, value=None if question.id not in needs else question.accept(needs[question.id]))
        for question in KNOWLEDGE.questions
    ]
    evaluation = PROGRAM.run(believe(KNOWLEDGE, PROGRAM, given, None).known)
    fired = {entry.rule for entry in trace(KNOWLEDGE, PROGRAM, evaluation).fired}
    return [consequence for rule in KNOWLEDGE.rules if rule.id in fired for consequence in rule.then]


def strength(candidate, criterion, **needs):
    return sum(
        entry.strength
        for entry in consequences(needs)
        if isinstance(entry, Evidence) and (entry.evidence, entry.criterion) == (candidate, criterion)
    )


def told(candidate, **needs):
    """The warnings and advice for whoever takes this candidate, in one string."""
    return " ".join(
        entry.warn if isinstance(entry, Warn) else entry.advise
        for entry in consequences(needs)
        if isinstance(entry, Warn | Advise) and entry.candidate in (None, candidate)
    )


def test_pytorch_on_a_tpu_is_supported_and_young():
    assert strength("pytorch", "platform", accelerator="tpu") > 0
    assert strength("pytorch", "longevity", accelerator="tpu") == strength("pytorch", "longevity", accelerator="none")
    assert "torch_tpu" in told("pytorch", accelerator="tpu")
