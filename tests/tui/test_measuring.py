"""Measuring without screens: what counts of a run that was cancelled, who waits, and how far each candidate is."""

from types import SimpleNamespace

import pytest

from advisor.tui.measuring import Ended, Measuring, Problem
from advisor.tui.options import Options
from advisor.tui.sitting import Sitting
from advisor.tui.tally import Tally
from advisor.tui.widgets.candidates import Row, drawn
from advisor.tui.wording import outcomes_words, tally_words
from tests.tui.tui_support import DAY, SMALL, FakeObtain, events, noisy, noisy_events, sample, without

EVERYBODY = tuple(SMALL.candidate)
TITLES = {probe.id: probe.title for probe in SMALL.probes}


def measuring(earlier=None, given_up=()):
    """As it is while a run goes on."""
    made = Measuring(Sitting(SMALL, {}, Options(as_of=DAY, measurements=earlier)))
    made.running, made.given_up = True, set(given_up)
    return made


@pytest.mark.parametrize(
    "given_up, found, earlier, counts, note",
    [
        ((), sample(), None, True, ""),
        (("keras-jax",), without(sample(), ["keras-jax"]), noisy(), True, "Measuring Keras on JAX was cancelled"),
        (EVERYBODY, without(sample(), ["pytorch", "keras-jax"]), None, True, "what had finished by then counts"),
        (EVERYBODY, without(sample(), ["pytorch", "keras-jax"]), noisy(), False, "those taken before stand"),
        (EVERYBODY, without(sample(), EVERYBODY), None, False, "nothing measured is used"),
        # What isn't installed was never at work.
        (EVERYBODY[:3], without(sample(), EVERYBODY), None, False, "nothing measured is used"),
    ],
)
def test_what_had_finished_counts_unless_a_whole_run_is_there(given_up, found, earlier, counts, note):
    run = measuring(earlier, given_up)
    told = run.close(Ended(found, None))
    assert told.measurements == (found if counts else None)
    assert run._sitting.measurements == (found if counts else earlier)
    assert note in run._sitting.note and bool(note) == bool(run._sitting.note)


def test_one_that_waits_can_be_taken_back_and_nobody_waits_for_nothing():
    run = measuring(sample())
    for name in ("pytorch", "keras-jax", "pytorch"):
        run.again(None, name)
    assert run.waiting == ["pytorch", "keras-jax"], "each once, in the order asked for"
    run.cancel("pytorch")
    assert (run.waiting, run.given_up) == (["keras-jax"], set())
    run.close(Ended(None, Problem("the machine has changed")))
    assert not run.waiting, "what keeps one from being measured keeps the next"
    run.running = True
    run.again(None, "pytorch")
    run.abandon()
    assert not run.waiting, "nothing begins after leaving"


def test_one_that_waits_has_something_to_be_added_to():
    run = measuring(given_up=EVERYBODY)
    run.waiting.append("keras-jax")
    found = without(sample(), EVERYBODY)
    assert run.close(Ended(found, None)).measurements == found
    assert run.waiting == ["keras-jax"]


def test_a_run_begins_with_nobody_given_up_and_nothing_said_of_the_last():
    obtain, told = FakeObtain(sample(), hold=True), []
    run = Measuring(Sitting(SMALL, {}, Options(as_of=DAY)), obtain)
    listener = SimpleNamespace(post_message=told.append)
    run.start(listener, "quick", fresh=False)
    run.cancel("pytorch")
    obtain.let_go.set()
    run.join()
    run.close(told[-1])
    assert run._sitting.note.startswith("Measuring PyTorch was cancelled")
    run.start(listener, "quick", fresh=True)
    assert run._sitting.note == ""
    run.join()
    assert run.close(told[-1]).measurements == sample()


def test_a_tally_of_what_was_told():
    tallies = {name: Tally() for name in EVERYBODY}
    assert tally_words(tallies["pytorch"], TITLES) == ""
    for event in events():
        tallies[event.candidate].take(event)
    jax = tallies["keras-jax"]
    assert (jax.done, jax.total, jax.share, jax.left_s, jax.lost) == (2, 4, 0.5, 25, 1)
    assert tally_words(jax, TITLES) == "1 failed or not tried; waits for its turn"
    torch = tallies["pytorch"]
    assert tally_words(torch, TITLES) == "now: training a small convolutional net (launch 1 of 2)"
    for event in noisy_events():
        torch.take(event)
    assert tally_words(torch, TITLES) == "! 1 noisy; waits for its turn"
    torch.take(noisy_events()[-1].model_copy(update={"quality": "unusable"}))
    assert tally_words(torch, TITLES).startswith("! 1 unusable"), "the worst that was told"


def test_what_came_of_a_candidate_in_words():
    found = without(sample(), ["pytorch"])
    assert outcomes_words(list(found.of("pytorch"))) == "cancelled"
    *some, last = sample().of("keras-jax")
    cut = [*some, last.model_copy(update={"status": "not-tried", "cause": "cancelled"})]
    assert outcomes_words(cut) == "2 of 3 probes worked, 1 cancelled"
    assert outcomes_words(list(found.of("keras-torch"))) == "not measured"
    doubted = list(noisy().of("keras-jax"))
    assert outcomes_words(doubted) == "3 of 3 probes worked; ! 2 of 2 numbers noisy"
    at, most = next((i, outcome) for i, outcome in enumerate(doubted) if outcome.measurements)
    spoilt, *others = most.measurements
    worse = (spoilt.model_copy(update={"quality": "unusable"}), *others)
    doubted[at] = most.model_copy(update={"measurements": worse})
    assert outcomes_words(doubted).endswith("; ! 1 of 2 numbers noisy, 1 of 2 numbers unusable")


@pytest.mark.parametrize("width", [40, 76, 112])
def test_bars_stand_below_each_other_and_fit(width):
    rows = [Row("A", "now", 0.5, "1/12", "about a minute left"), Row("Longer", "waits", 0.0), Row("Third", "worked")]
    first, second, third = (content.plain.split("\n") for content in drawn(rows, width))
    assert len(first) == len(second) == 2 and len(third) == 1, "no bar, no second line"
    assert abs(first[0].count("━") - first[0].count("─")) <= 1
    assert max(map(len, (*first, *second, *third))) <= width
    bars = [{at for at, c in enumerate(line) if c in "━─"} for line in (first[0], second[0])]
    assert bars[0] == bars[1]
