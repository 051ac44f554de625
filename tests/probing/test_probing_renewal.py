"""Several runs put together: one candidate measured again leaves the others' results as they were, and further probes
add to them."""

import pytest

from advisor.errors import InvalidInput
from advisor.model.measurement import Measurements, Outcome
from advisor.model.probe import Metric
from advisor.probing import cache
from advisor.probing.renewal import changed, check_unchanged, joined
from advisor.probing.run import obtain, renew

STEADY = """
samples = {"step": [2.0 + options["turn"] % 2]} if probe == "train" else {}
answer(samples=samples)
"""
CRASHING = "if candidate == 'beta' and probe == 'train': os.abort()\n" + STEADY


def of(run: Measurements, probe: str) -> list[Outcome]:
    return [outcome for outcome in run.outcomes if outcome.probe == probe]


def test_a_candidate_that_crashed_is_measured_again(fake, candidates, probes, python):
    program = fake(CRASHING)
    earlier = obtain(candidates, probes, [python], "quick", probes_dir=program.folder)
    assert earlier.number("step", "beta") is None
    program, told = fake(STEADY), []
    before = len(program.log)
    again = renew(earlier, candidates[1], probes, [python], on_event=told.append, probes_dir=program.folder)
    assert {words[1] for words in program.log[before:]} == {"beta"}
    assert {event.candidate for event in told} == {"beta"}
    assert [n.launches for o in of(again, "train") if o.candidate == "beta" for n in o.measurements] == [3]
    for name in ("alpha", "gamma"):
        assert [o for o in again.outcomes if o.candidate == name] == [
            o for o in earlier.outcomes if o.candidate == name
        ]
    assert [o.probe for o in again.outcomes if o.candidate == "beta"] == ["framework", "train", "export"]
    assert (again.level, again.host, again.machine) == (earlier.level, earlier.host, earlier.machine)
    assert not list(cache.folder().glob("*.json")), "no whole run has this"


def test_what_did_not_take_turns_is_not_compared(fake, candidates, probes, python):
    program = fake(STEADY)
    earlier = obtain(candidates, probes, [python], "quick", probes_dir=program.folder)
    assert {(c.candidate, c.rival) for c in earlier.comparisons} == {
        ("alpha", "beta"),
        ("alpha", "gamma"),
        ("beta", "gamma"),
    }
    again = renew(earlier, candidates[1], probes, [python], probes_dir=program.folder)
    assert {(c.candidate, c.rival) for c in again.comparisons} == {("alpha", "gamma")}
    assert again.number("step", "beta") is None, "the verdict doesn't set it beside numbers of another hour"
    assert again.number("step", "alpha") == earlier.number("step", "alpha")
    (number,) = (n for o in of(again, "train") if o.candidate == "beta" for n in o.measurements)
    assert number.quality_reason == "beta was measured by itself, not in turns with the others"
    assert again.fingerprint != earlier.fingerprint
    assert obtain(candidates, probes, [python], "quick", probes_dir=program.folder) == earlier, "what is kept stays"


def test_what_stands_beside_nothing_counts(fake, candidates, probes, python):
    """The only candidate that was measured, and numbers that are the same at any hour."""
    program = fake(STEADY)
    alone = obtain(candidates[:1], probes, [python], "quick", probes_dir=program.folder)
    assert renew(alone, candidates[0], probes, [python], probes_dir=program.folder).number("step", "alpha")
    memory = probes[1].model_copy(update={"metrics": (Metric(id="step", title="Memory", unit="bytes"),)})
    changed_probes = (probes[0], memory, probes[2])
    earlier = obtain(candidates, changed_probes, [python], "quick", fresh=True, probes_dir=program.folder)
    again = renew(earlier, candidates[1], changed_probes, [python], probes_dir=program.folder)
    assert again.number("step", "beta")


def test_nothing_is_measured_where_the_rest_has_changed(fake, candidates, probes, python):
    program = fake(STEADY)
    earlier = obtain(candidates, probes, [python], "quick", probes_dir=program.folder)
    before = len(program.log)
    elsewhere = earlier.model_copy(update={"host": earlier.host.model_copy(update={"cores": 99})})
    with pytest.raises(InvalidInput, match="The machine is not as it was"):
        renew(elsewhere, candidates[1], probes, [python], probes_dir=program.folder)
    assert len(program.log) == before


@pytest.mark.parametrize(
    "update, fits",
    [
        ({}, True),
        ({"installed": "2"}, False),
        ({"python": "3.0"}, False),
        ({"packages": {"pack": "1", "new": "2"}, "installed": ""}, True),
        ({"packages": {"pack": "2"}, "installed": ""}, False),
        ({"packages": {}, "installed": ""}, False),
        ({"python": "3.0", "installed": ""}, False),
    ],
    ids=[
        "the same",
        "a plugin",
        "another Python",
        "written before plugins were seen",
        "another version",
        "gone",
        "another Python, before plugins were seen",
    ],
)
def test_what_is_installed_stays_the_same(fake, candidates, probes, python, update, fits):
    earlier = obtain(candidates, probes, [python], "quick", probes_dir=fake(STEADY).folder)
    now = [interpreter.model_copy(update=update) for interpreter in earlier.interpreters]
    if fits:
        check_unchanged(earlier, earlier.host, now)
    else:
        with pytest.raises(InvalidInput, match="not as it was"):
            check_unchanged(earlier, earlier.host, now)


def test_further_probes_add_to_a_run_and_change_nothing_of_it(fake, candidates, probes, python):
    """What was tried in the first counts as it is there, comparisons too; what was not comes from the second, whole."""
    program = fake(STEADY)
    first = obtain(candidates, probes[:2], [python], "quick", probes_dir=program.folder)
    second = obtain(candidates, probes, [python], "quick", only=[probes[2].id], probes_dir=program.folder)
    both = joined([first, second])
    assert not changed(first, second.host, second.interpreters)
    assert [o for o in both.outcomes if o.probe != probes[2].id] == list(first.outcomes)
    assert of(both, probes[2].id) == of(second, probes[2].id)
    assert both.comparisons == first.comparisons
    assert both.fingerprint not in (first.fingerprint, second.fingerprint)
    assert joined([first]) is first


def test_what_is_known_of_the_interpreters_last_and_of_the_machine_first_stands(fake, candidates, probes, python):
    first = obtain(candidates, probes, [python], "quick", probes_dir=fake(STEADY).folder)
    (known,) = first.interpreters
    more = known.model_copy(update={"packages": {**known.packages, "other": "1"}})
    ceiling, again = (first.outcomes[0].model_copy(update={"probe": "ceiling", "detail": d}) for d in ("", "again"))
    second = first.model_copy(update={"interpreters": (more,), "machine": (ceiling,)})
    third = second.model_copy(update={"machine": (again,)})
    both = joined([first, second, third])
    assert (first.machine, both.machine, both.interpreters) == ((), (ceiling,), (more,))


def test_a_probe_comes_from_one_run_for_all_candidates(fake, candidates, probes, python):
    """A number of one run is never set beside that of another."""
    train = probes[1].id
    crashed = obtain(candidates, probes, [python], "quick", probes_dir=fake(CRASHING).folder)
    whole = obtain(candidates, probes, [python], "quick", fresh=True, probes_dir=fake(STEADY).folder)
    both = joined([crashed, whole])
    assert both.number("step", "beta") is None and both.number("step", "alpha") is not None
    assert both.comparisons == crashed.comparisons
    untried = crashed.model_copy(
        update={
            "outcomes": tuple(
                o.model_copy(update={"status": "not-tried", "measurements": ()}) if o.probe == train else o
                for o in crashed.outcomes
            ),
            "comparisons": (),
        }
    )
    both = joined([untried, whole])
    assert all(both.number("step", c.id) == whole.number("step", c.id) for c in candidates)
    assert both.comparisons == whole.comparisons
    assert of(joined([untried, untried.model_copy()]), train) == of(untried, train)
