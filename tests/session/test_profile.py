"""What a sitting leaves in the profile, and what the next one finds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from advisor.errors import InvalidInput
from advisor.session.answers import parse_flags, read_answers
from advisor.session.lock import alone
from advisor.session.profile import Profile, to_keep
from tests.support.knowledge import answers, build, question

KNOWLEDGE = build(questions=[question("one"), question("two"), question("three")])


def plain(answers):
    return {name: answer.value for name, answer in answers.items()}


def read(path):
    return plain(read_answers(KNOWLEDGE, str(path)))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "answers.yaml"


@pytest.fixture
def mate(tmp_path):
    (tmp_path / "mate.yaml").write_text("one: b\n")
    return str(tmp_path / "mate.yaml")


def test_what_a_flag_gives_neither_stays_nor_takes_the_place_of_what_was_saved(path):
    path.write_text("one: a\n")
    profile = Profile.opened(path, KNOWLEDGE, None)
    flags = parse_flags(KNOWLEDGE, ["one=b", "two=a"])
    profile.save(profile.before | flags | answers("asked", three="b"), profile.way)
    assert read(path) == {"one": "a", "three": "b"}


def test_what_is_answered_or_taken_back_in_a_sitting_stays_so():
    before = answers(one="a", two="a")
    assert plain(to_keep(before, answers("asked", one="b"))) == {"one": "b"}
    assert to_keep(before, answers("scan", three="a")) == {}


def test_a_sitting_with_a_file_puts_the_answers_of_another_aside_once(path, mate):
    path.write_text("one: a\ntwo: a\n")
    for given in (answers("asked", three="a"), answers("asked", three="b")):
        profile = Profile.opened(path, KNOWLEDGE, mate)
        assert plain(profile.before)["one"] == "b"
        profile.save(profile.before | given, profile.way)
        assert read(path.with_name("answers.previous.yaml")) == {"one": "a", "two": "a"}
    assert read(path) == {"one": "b", "three": "b"}


def test_a_sitting_with_a_file_goes_on_where_it_was_left(path, mate, tmp_path):
    profile = Profile.opened(path, KNOWLEDGE, mate)
    profile.save(profile.before | answers("asked", two="a"), profile.way)
    assert plain(Profile.opened(path, KNOWLEDGE, mate).before) == {"one": "b", "two": "a"}
    # Without the file as well, and then with it again.
    profile = Profile.opened(path, KNOWLEDGE, None)
    profile.save(profile.before | answers("asked", three="a"), profile.way)
    (tmp_path / "mate.yaml").write_text("one: a\n")
    assert plain(Profile.opened(path, KNOWLEDGE, mate).before) == {"one": "a", "two": "a", "three": "a"}
    (tmp_path / "other.yaml").write_text("one: a\n")
    assert plain(Profile.opened(path, KNOWLEDGE, str(tmp_path / "other.yaml")).before) == {"one": "a"}


def test_starting_afresh_forgets_the_file_and_keeps_the_answers_beside(path, mate):
    profile = Profile.opened(path, KNOWLEDGE, mate)
    profile.save(profile.before | answers("asked", two="a"), profile.way)
    profile.start_afresh()
    assert read(path) == {"one": "b", "two": "a"}, "until there is something to take its place"
    profile.save(answers("asked", three="a"), profile.way)
    assert read(path) == {"three": "a"}
    assert read(path.with_name("answers.previous.yaml")) == {"one": "b", "two": "a"}
    assert plain(Profile.opened(path, KNOWLEDGE, mate).before) == {"one": "b"}


def test_what_was_put_aside_is_never_replaced(path):
    for number, value in enumerate("abab"):
        path.write_text(f"one: {value}\n")
        profile = Profile.opened(path, KNOWLEDGE, None)
        profile.start_afresh()
        profile.save(answers("asked", three=value), profile.way)
        assert (number, read(path)) == (number, {"three": value})
    kept = sorted(other.read_text() for other in path.parent.glob("answers.previous*"))
    assert kept == ["one: a\n", "one: b\n"], "and what is there already is not kept twice"


def test_a_spoilt_profile_is_complained_of_only_where_it_is_needed(path, mate):
    path.write_text("four: a\n")
    with pytest.raises(InvalidInput, match="there is no question 'four'"):
        Profile.opened(path, KNOWLEDGE, None)
    profile = Profile.opened(path, KNOWLEDGE, mate)
    profile.save(profile.before, profile.way)
    assert path.with_name("answers.previous.yaml").read_text() == "four: a\n"
    spoilt = path.read_text() + "four: b\n"
    path.write_text(spoilt)
    with pytest.raises(InvalidInput, match="there is no question 'four'"):
        profile.save(profile.before | answers("asked", two="a"), profile.way)
    assert path.read_text() == spoilt, "it isn't replaced by what this sitting knows"
    profile = Profile.opened(path, KNOWLEDGE, mate)
    profile.save(profile.before, profile.way)
    assert (read(path), path.with_name("answers.previous-2.yaml").read_text()) == ({"one": "b"}, spoilt)


def test_sittings_at_the_same_time_lose_nothing_to_each_other(path):
    path.write_text("one: a\ntwo: a\n")
    early, late = (Profile.opened(path, KNOWLEDGE, None) for _ in range(2))
    late.save(late.before | answers("asked", three="b"), late.way)
    early.save(early.before | answers("asked", one="b"), early.way)
    assert read(path) == {"one": "b", "two": "a", "three": "b"}
    late.save({"one": late.before["one"]} | answers("asked", three="b"), late.way)
    assert read(path) == {"one": "b", "three": "b"}, "taken back here, given there"
    path.unlink()
    early.save(early.before | answers("asked", one="b"), early.way)
    assert read(path) == {"one": "b", "two": "a"}


def test_two_processes_save_one_after_the_other(path):
    """Each in turn gives a question of its own many times over, and finds what the other gave."""
    path.write_text("three: a\n")
    ours, theirs = (Profile.opened(path, KNOWLEDGE, None) for _ in range(2))

    def give(profile, name):
        for value in "abababab":
            profile.save(profile.before | answers("asked", **{name: value}), profile.way)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(give, ours, "one"), pool.submit(give, theirs, "two")]:
            done.result()
    assert read(path) == {"one": "b", "two": "b", "three": "a"}


def test_whoever_saves_is_alone(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    with alone(tmp_path / "lock"), (tmp_path / "lock").open("ab") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_where_another_sitting_has_begun_from_elsewhere_nothing_is_mixed(path, mate):
    path.write_text("one: a\n")
    ours, theirs = Profile.opened(path, KNOWLEDGE, None), Profile.opened(path, KNOWLEDGE, mate)
    theirs.save(theirs.before, theirs.way)
    with pytest.raises(InvalidInput, match=f"another sitting has begun there meanwhile, from {mate}; nothing more"):
        ours.save(ours.before | answers("asked", two="a"), ours.way)
    assert (read(path), read(path.with_name("answers.previous.yaml"))) == ({"one": "b"}, {"one": "a"})
