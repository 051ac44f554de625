"""Golden profiles: a change of the rules shows which verdicts it moves, and is approved by a command."""

from advisor.knowledge.load import load
from tests.support.profiles import COMMAND, approved, verdicts


def leader(entry):
    return max(entry["scores"], key=entry["scores"].get, default=None)


def test_the_rules_say_what_was_approved():
    before, after = approved(), list(verdicts(load()))
    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    led = [index for index in changed if leader(before[index]) != leader(after[index])]
    assert not changed, (
        f"{len(changed)} of {len(after)} profiles changed, in {len(led)} the leader; the first is {changed[0]}: "
        f"{before[changed[0]]} became {after[changed[0]]}. If that is what the rules should say: {COMMAND}"
    )


def test_every_candidate_leads_some_profile():
    assert {leader(entry) for entry in approved()} >= {candidate.id for candidate in load().candidates}
