"""The decision record: MADR's structure, its folder, and nothing from users taken for markup."""

import datetime
import os
import re
import stat
import threading

import pytest
import yaml
from markdown_it import MarkdownIt

from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.errors import InvalidInput
from advisor.files import write_together, write_whole
from advisor.knowledge.load import load
from advisor.model.recommendation import Recommendation
from advisor.report import record
from advisor.report.links import web_address
from advisor.report.words import Words
from advisor.session import decisions
from tests.support.profiles import profiles

KNOWLEDGE = load()
TODAY = datetime.date(2026, 11, 23)
KEPT = record.Kept("docs/decisions/0007-x.md", "0007-x.json", "ab12")
# https://github.com/adr/madr/blob/4.0.0/template/adr-template.md
MADR = [
    "## Context and Problem Statement",
    "## Decision Drivers",
    "## Considered Options",
    "## Decision Outcome",
    "### Consequences",
    "### Confirmation",
    "## Pros and Cons of the Options",
    "## More Information",
]
ADR = """---
# who decided
status: accepted # on Monday
date: 2025-02-03
decision-makers: [Ana, Ben]
---

# Use TensorFlow

Status: accepted
"""


@pytest.fixture(scope="module")
def results():
    """Recommended, too close, not enough known, and with a candidate ruled out; every third measured."""
    return [advise(KNOWLEDGE, answers, measured, as_of=TODAY) for answers, measured in profiles()[:8]] + [
        advise(KNOWLEDGE, {}, None, as_of=TODAY)
    ]


@pytest.fixture
def result(tmp_path, capsys):
    path = tmp_path / "result.json"
    needs = ("-d", "stage=research", "-d", "domain=graphs", "-d", "pretrained=newest")
    flags = ("--probe", "none", "--as-of", "2026-11-23", *needs)
    assert main(["--json", *flags, "-o", str(path)]) == 0
    capsys.readouterr()
    return path


def headings(text):
    fenced = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^#+ .*$", fenced, re.MULTILINE)


def front_matter(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_its_headings_are_those_of_madr_in_their_order(results):
    for result in results:
        found = headings(record.render(result, KNOWLEDGE, KEPT))
        assert found[0].startswith("# ")
        options = [f"### {KNOWLEDGE.candidate[row.candidate].title}" for row in result.ranking]
        expected = list(MADR)
        expected[-1:-1] = options
        leader = result.verdict.leader
        if not result.verdict.candidate:
            title = KNOWLEDGE.candidate[leader].title
            expected[4] = f"### What speaks for and against {title}, which leads"
        if not any(reason.candidate == leader for reason in result.reasons):
            del expected[4]
        assert found[1:] == expected
        assert sum(heading.startswith("# ") for heading in found) == 1


def test_its_front_matter_is_yaml_and_says_proposed(results):
    for result in results:
        assert front_matter(record.render(result, KNOWLEDGE, KEPT)) == {
            "status": "proposed",
            "date": TODAY,
            "advisor": {"result": "0007-x.json", "sha256": "ab12"},
        }


def test_the_chosen_option_is_one_of_those_considered(results):
    for result in results:
        text = record.render(result, KNOWLEDGE, KEPT)
        options = re.findall(r"^\* (.*)$", text.split("## Considered Options")[1].split("##")[0], re.MULTILINE)
        if result.verdict.candidate:
            (chosen,) = re.findall(r'^Chosen option: "(.*?)", because ', text, re.MULTILINE)
            assert chosen in options
        else:
            assert "\nChosen option: none yet. " in text


def test_every_argument_cites_its_evidence(results):
    """Each pro and con names a source that is defined below, or what was measured."""
    for result in results:
        text = record.render(result, KNOWLEDGE, KEPT)
        arguments = text.split("## Pros and Cons of the Options")[1].split("## More Information")[0]
        defined = set(re.findall(r"^\[(.*?)\]: <?https?://", text, re.MULTILINE))
        listed = set(re.findall(r"^\* (?:`(.*?)`|\[(.*?)\]): ", text, re.MULTILINE))
        lines = re.findall(r"^\* (?:Good|Bad)[:,] .*$", arguments, re.MULTILINE)
        assert lines
        for line in lines:
            cited = re.findall(r"\[([a-z0-9.-]+)\]", line)
            assert set(cited) <= defined, line
            assert cited or "measured `" in line or any(f"`{a or b}`" in line for a, b in listed), line
            assert "rules `" in line


def test_its_outcome_says_what_is_open(results):
    for result in results:
        outcome = record.render(result, KNOWLEDGE, KEPT).split("## Decision Outcome")[1].split("\n###")[0]
        outcome = outcome.replace("\\", "")
        named = [entry.text for entry in result.open_questions]
        assert f"\n{Words(KNOWLEDGE).openness(result)}\n" in outcome
        assert (f"\nNot answered yet ({len(named)}), most useful first:\n" in outcome) == bool(named)
        assert all(f"\n* {text}" in outcome for text in named[: record.QUESTIONS])


def test_its_lists_and_headings_stand_apart(results):
    """Blank lines as CommonMark wants them, no blanks at the ends of lines, one blank line at a time."""
    for result in results:
        lines = record.render(result, KNOWLEDGE, KEPT).splitlines()
        for before, line in zip(lines, lines[1:], strict=False):
            assert line == line.rstrip()
            assert not (before == line == "")
            if line.startswith("#") and not before.startswith(("#", "```")):
                assert before == "" or before.startswith(("# ", "advisor", "```")), line
            if line.startswith("* "):
                assert before == "" or before.startswith("* "), (before, line)


def test_nothing_from_an_overlay_or_a_file_becomes_markup(results):
    hostile = "</p><script>alert(1)</script> [x](javascript:alert(1)) `code` **b** # h\n\n# Heading\n- item"
    result = results[0]
    reason = result.reasons[0].model_copy(update={"text": hostile})
    because = reason.because.model_copy(update={"sources": ("x](javascript:alert(1))", "a`b")})
    answer = result.answers[0].model_copy(update={"value": hostile})
    source = result.sources[0].model_copy(update={"title": hostile, "address": "javascript:alert(1)"})
    bad = result.model_copy(
        update={
            "reasons": (reason.model_copy(update={"because": because, "candidate": result.verdict.leader}),),
            "answers": (answer,),
            "sources": (source,),
        }
    )
    text = record.render(bad, KNOWLEDGE, KEPT)
    assert headings(text) == headings(record.render(result, KNOWLEDGE, KEPT))
    html = MarkdownIt("commonmark").render(text.split("---\n", 2)[2])
    assert hostile.split("\n")[0].replace("<", "&lt;").replace(">", "&gt;") in html
    assert "<script" not in html
    assert not re.search(r'(?:href|src)="(?!https?://|0007-x.json)', html)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("keras-team/keras: README.md", "https://github.com/keras-team/keras/blob/HEAD/README.md"),
        ("keras-team/keras: tags v3.12.0 to v3.15.1", "https://github.com/keras-team/keras"),
        ("a/b@v1.2.3: src/x.py, src/y.py", "https://github.com/a/b/blob/v1.2.3/src/x.py"),
        ("a/b@v1.2.3: src/x.py (f)", "https://github.com/a/b/blob/v1.2.3/src/x.py"),
        ("a/b@v1.2.3: src/*/x.py", "https://github.com/a/b/tree/v1.2.3/src"),
        ("docs/method.md#measuring", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://example.org/%0aalert(1)", None),
        ("data:text/html,<script>alert(1)</script>", None),
        ("https://", None),
        ("https://[", None),
        ('https://example.org/" onclick="alert(1)', None),
        ("https://example.org/\nx", None),
    ],
)
def test_only_what_can_be_opened_becomes_a_link(address, link):
    assert web_address(address) == link


def test_a_source_of_a_version_of_keras_leads_to_that_version():
    named = [source for source in KNOWLEDGE.sources if source.title.startswith("Keras 3.15.1, ")]
    assert named
    for source in named:
        assert re.search(r"/keras/(blob|tree)/v3\.15\.1/keras/src/", web_address(source.address)), source.id


def test_records_are_numbered_and_keep_their_result(result, tmp_path, capsys):
    folder = tmp_path / "adr"
    folder.mkdir()
    (folder / "0041-use-spaces.md").write_text("# Use spaces\n")
    (folder / "2024-05-06-minutes.md").write_text("no record\n")
    (folder / "0099-notes.txt").write_text("no record\n")
    assert main(["report", str(result), "--into", str(folder)]) == 0
    out = capsys.readouterr().out.strip()
    made = folder / "0042-use-pytorch-as-the-deep-learning-framework.md"
    assert out == str(made)
    kept = made.with_suffix(".json")
    assert front_matter(made.read_text())["advisor"]["result"] == kept.name
    assert Recommendation.model_validate_json(kept.read_text()) == Recommendation.model_validate_json(
        result.read_text()
    )
    assert f"advisor verify {made}" in made.read_text()
    assert stat.S_IMODE(made.stat().st_mode) == stat.S_IMODE((folder / "0041-use-spaces.md").stat().st_mode)


def test_without_a_folder_it_goes_where_madr_keeps_records(result, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["report", str(result), "--as", "record", "--into"]) == 0
    assert [path.name[:5] for path in (tmp_path / "docs" / "decisions").glob("*.md")] == ["0001-"]


@pytest.mark.parametrize("wanted", ["3", "0003", "ADR-0003", "0003-use-tensorflow.md"])
def test_a_record_supersedes_another_and_both_say_so(result, tmp_path, capsys, wanted):
    older = tmp_path / "0003-use-tensorflow.md"
    older.write_bytes(ADR.replace("\n", "\r\n").encode())
    assert main(["report", str(result), "--into", str(tmp_path), "--supersedes", wanted]) == 0
    expected = ADR.replace("status: accepted # on", 'status: "superseded by ADR-0004" # on').replace("\n", "\r\n")
    assert older.read_bytes().decode() == expected
    (newer,) = tmp_path.glob("0004-*.md")
    assert "* Supersedes [ADR-0003](<0003-use-tensorflow.md>).\n" in newer.read_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ndate: 2025-01-01\n---\n# T\n", '---\nstatus: "superseded by ADR-0009"\ndate: 2025-01-01\n---\n# T\n'),
        ("# T\n\nText.\n", '---\nstatus: "superseded by ADR-0009"\n---\n\n# T\n\nText.\n'),
        ("---\nstatus:\ndate: 2025-01-01\n---\n", '---\nstatus: "superseded by ADR-0009"\ndate: 2025-01-01\n---\n'),
        ("---\nstatus: >\n  accepted\nx: 1\n---\n", '---\nstatus: "superseded by ADR-0009"\nx: 1\n---\n'),
        ("---\nstatus: 'a: b'\n---\n---\n", '---\nstatus: "superseded by ADR-0009"\n---\n---\n'),
        ("\ufeff---\nstatus: a\n---\n", '\ufeff---\nstatus: "superseded by ADR-0009"\n---\n'),
        ("\ufeff# T\n", '\ufeff---\nstatus: "superseded by ADR-0009"\n---\n\n# T\n'),
        (
            "---\ndate: 2026-02-30\nb: &b {x: 1}\nstatus: a\nc: *b\n---\n",
            '---\ndate: 2026-02-30\nb: &b {x: 1}\nstatus: "superseded by ADR-0009"\nc: *b\n---\n',
        ),
    ],
)
def test_only_the_status_of_the_older_one_changes(tmp_path, before, after):
    path = tmp_path / "0001-x.md"
    path.write_text(before)
    assert decisions.superseded(path, "ADR-0009") == after
    assert yaml.load(after.split("---\n")[1], yaml.BaseLoader)["status"] == "superseded by ADR-0009"


@pytest.mark.parametrize(
    ("text", "wanted", "message"),
    [
        (ADR, "4", "there is no record '4'"),
        (ADR, "../0003-x.md", "0003-x.md"),
        (ADR.replace("accepted #", "superseded by ADR-0001 #"), "3", "it is superseded by ADR-0001 already"),
        (ADR.replace("accepted #", "[accepted #"), "3", "0003-a.md:4: the front matter is not valid YAML"),
        (ADR.replace("accepted #", "Superseded by ADR-0001 #"), "3", "it is Superseded by ADR-0001 already"),
        (ADR, "9" * 5000, "there is no record '999"),
        ("---\n- a\n---\n", "3", "the front matter is not a mapping"),
        ("---\nstatus: [accepted, signed]\n---\n", "3", "0003-a.md:2: the status is no plain text"),
        ("---\nbase: &b accepted\nstatus: *b\n---\n", "3", "0003-a.md:3: the status is no plain text"),
        ("---\nstatus: &b accepted\nother: *b\n---\n", "3", "0003-a.md:2: the status is no plain text"),
        ("---\n? [a, b]\n: 1\n---\n", "3", "0003-a.md:2: the front matter is not valid YAML: a key must be a"),
        ("---\ndate: !!bool a\n---\n", "3", "0003-a.md:2: the front matter is not valid YAML: a value that"),
    ],
)
def test_what_cannot_be_superseded_leaves_everything_as_it_was(result, tmp_path, capsys, text, wanted, message):
    folder = tmp_path / "adr"
    folder.mkdir()
    (folder / "0003-a.md").write_text(text)
    assert main(["report", str(result), "--into", str(folder), "--supersedes", wanted]) == 2
    assert message in capsys.readouterr().err
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"0003-a.md": text}


def test_an_empty_folder_has_nothing_to_supersede(result, tmp_path, capsys):
    assert main(["report", str(result), "--into", str(tmp_path / "adr"), "--supersedes", "9"]) == 2
    assert "there is no record '9'\n  There are no records in this folder yet.\n" in capsys.readouterr().err


def test_everybody_who_adds_a_record_gets_a_number(tmp_path):
    for name in ("0004-other-title.md", "0005-same-title.json", "2026-figures.json"):
        (tmp_path / name).write_text("{}")
    places = []

    def add():
        places.append(decisions.add(tmp_path, "Same title", None, lambda place: (place.record.name, "{}")))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [f"{number:04d}-same-title.md" for number in range(6, 14)]
    assert sorted(place.record.name for place in places) == names
    assert [(tmp_path / name).read_text() for name in names] == names


def test_a_record_that_somebody_has_accepted_is_replaced_by_force_alone(result, tmp_path, capsys):
    path = tmp_path / "decision.md"
    written = ["report", str(result), "--as", "record", "-o", str(path)]
    for _ in range(2):
        assert main(written) == 0
    path.write_text(path.read_text().replace("status: proposed", "status: Proposed"))
    assert main(written) == 0
    accepted = path.read_text().replace("status: proposed", "status: accepted")
    path.write_text(accepted)
    assert (main(written), path.read_text()) == (2, accepted)
    assert "decision.md: it is accepted already, and would be proposed again" in capsys.readouterr().err
    assert main([*written, "--force"]) == 0
    assert decisions.status(path) == "proposed"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no named pipes")
def test_what_comes_through_a_pipe_is_read_once_and_nothing_rests_on_it(result, tmp_path, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main(["report", str(pipe), "--as", "record"]) == 2
    assert f"a record rests on a result in a file, not on {pipe}\n" in capsys.readouterr().err
    writer = threading.Thread(target=lambda: pipe.write_text(result.read_text()))
    writer.start()
    assert main(["report", str(pipe), "--into", str(tmp_path / "adr")]) == 0
    writer.join()


def test_several_files_are_written_all_or_none(tmp_path, monkeypatch):
    """Whichever of them fails, and even if the process is interrupted meanwhile."""
    old, new, blocked = tmp_path / "old", tmp_path / "new", tmp_path / "folder"
    old.write_text("before")
    blocked.mkdir()
    (blocked / "x").write_text("")
    for order in ([new, old, blocked], [blocked, new, old], [old, blocked, new]):
        with pytest.raises(InvalidInput, match="folder: can't be written"):
            write_together(dict.fromkeys(order, "after"), new=(new,))
        assert (old.read_text(), new.exists()) == ("before", False)
    with pytest.raises(InvalidInput, match="old: can't be written"):
        write_together({new: "after", old: "after"}, new=(new, old))
    assert (old.read_text(), new.exists()) == ("before", False)
    monkeypatch.setattr("advisor.files.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_together({new: "after", old: "after"}, new=(new,))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "old"]
    assert old.read_text() == "before"


def test_a_pipe_is_written_to_and_a_link_stays_a_link(tmp_path):
    """Replacing /dev/null by a file would break the machine."""
    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_whole(pipe, "text")
    reader.join()
    assert read == ["text"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    link.symlink_to(target)
    for text in ("one", "two"):
        write_whole(link, text)
        assert (link.is_symlink(), target.read_text()) == (True, text)


def test_of_two_that_claim_a_name_one_gets_it(tmp_path):
    """Nobody's file is replaced where a new one is wanted."""
    path = tmp_path / "0001-x.md"
    problems = []

    def claim(text):
        try:
            write_together({path: text}, new=(path,))
        except InvalidInput as problem:
            problems.append(problem)

    threads = [threading.Thread(target=claim, args=(f"{n}" * 1000,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(problems) == 7
    assert len(set(path.read_text())) == 1


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--as", "html", "--into", "x"], "--into takes a record, not html"),
        (["--as", "record", "--supersedes", "3"], "--supersedes goes with --into"),
        (["--into", "x", "-o", "y"], "--into chooses the file's name itself"),
    ],
)
def test_flags_that_do_not_go_together(result, capsys, tmp_path, monkeypatch, flags, message):
    monkeypatch.chdir(tmp_path)
    assert main(["report", str(result), *flags]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
