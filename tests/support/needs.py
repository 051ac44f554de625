"""What follows from particular needs by the shipped rules."""

from advisor.decision.beliefs import believe
from advisor.engine.program import compile_knowledge
from advisor.engine.trace import trace
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.rule import Advise, Derive, Evidence, Warn

KNOWLEDGE = load()
PROGRAM = compile_knowledge(KNOWLEDGE)


def consequences(needs, found=None):
    """What follows from these answers alone, and from what was measured."""
    given = [
        Answer(question=question.id, value=None if question.id not in needs else question.accept(needs[question.id]))
        for question in KNOWLEDGE.questions
    ]
    evaluation = PROGRAM.run(believe(KNOWLEDGE, PROGRAM, given, found).known)
    fired = {entry.rule for entry in trace(KNOWLEDGE, PROGRAM, evaluation).fired}
    return [consequence for rule in KNOWLEDGE.rules if rule.id in fired for consequence in rule.then]


def derived(fact, **needs):
    """Each value that some rule concludes."""
    return {entry.value for entry in consequences(needs) if isinstance(entry, Derive) and entry.derive == fact}


def strength(candidate, criterion, found=None, **needs):
    return sum(
        entry.strength
        for entry in consequences(needs, found)
        if isinstance(entry, Evidence) and (entry.evidence, entry.criterion) == (candidate, criterion)
    )


def told(candidate, found=None, **needs):
    """The warnings and advice for whoever takes this candidate, in one string."""
    return " ".join(
        entry.warn if isinstance(entry, Warn) else entry.advise
        for entry in consequences(needs, found)
        if isinstance(entry, Warn | Advise) and entry.candidate in (None, candidate)
    )
