"""The page: one file that needs nothing else, whole without scripts, and nothing from users taken for markup."""

import datetime
import json
import re
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from advisor.cli.main import main
from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.model.answer import Answer
from advisor.model.figures import percent
from advisor.report.html import charts
from advisor.report.html.charts import Line, Place
from advisor.report.html.page import render
from advisor.report.html.view import FOR
from advisor.report.words import Words, reasons_for, score_fits
from tests.contracts.test_picture import BROWSER, FLAGS
from tests.support.profiles import profiles

KNOWLEDGE = load()
TODAY = datetime.date(2026, 11, 23)
VOID = {"meta", "link", "br", "hr", "img", "input"}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u0000{{ 7*7 }}</style></title></svg>'


class Page(HTMLParser):
    """The elements of a page with their attributes, the words in it, and whether everything is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.words = []
        self._open = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def results():
    """Of some profiles, a third of them measured, and of nothing answered."""
    return [advise(KNOWLEDGE, answers, measured, as_of=TODAY) for answers, measured in profiles()[:12]] + [
        advise(KNOWLEDGE, {}, None, as_of=TODAY)
    ]


def test_it_needs_no_network_and_no_script(results):
    for result in results:
        text = render(result, KNOWLEDGE)
        page = Page(text)
        assert not page.all("script", "link", "img", "iframe", "object", "embed", "base", "form")
        assert not any(name.startswith("on") or name == "src" for _, found in page.elements for name in found)
        assert not re.search(r"@import|url\(", text)
        assert {found["content"] for found in page.all("meta") if found.get("http-equiv")} == {
            "default-src 'none'; style-src 'unsafe-inline'"
        }


def test_it_can_be_found_through_without_seeing_it(results):
    """Landmarks, headings without gaps, a name for every section, chart and table, and headers in tables."""
    for result in results:
        page = Page(render(result, KNOWLEDGE))
        assert page.all("html") == [{"lang": "en-GB"}]
        for landmark in ("header", "nav", "main", "footer", "h1"):
            assert sum(tag == landmark for tag, _ in page.elements) == 1
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = [found["id"] for _, found in page.elements if "id" in found]
        assert len(ids) == len(set(ids))
        for found in (*page.all("section"), *page.all("svg")):
            assert set(found["aria-labelledby"].split()) <= set(ids)
        assert all(found["role"] == "img" for found in page.all("svg"))
        assert all(found.get("scope") in ("col", "row") for found in page.all("th"))
        assert len(page.all("caption")) == len(page.all("table"))
        for link in page.all("a"):
            target = link["href"]
            assert target[1:] in ids if target.startswith("#") else re.match("https?://", target)


def test_every_claim_leads_to_its_source(results):
    """Each reason shown for the leader cites the sources that it rests on, and each source stands in the list."""
    for result in results:
        text = render(result, KNOWLEDGE)
        listed = dict(re.findall(r'<li id="(source-\d+)" value="\d+"[^>]*>(.*?)</li>', text, re.DOTALL))
        assert len(listed) == len(result.sources)
        for reason in reasons_for(result, result.verdict.leader)[:FOR]:
            shown = text.index(_escaped(reason.text))
            cited = re.findall(r'href="#(source-\d+)" title="([^"]*)"', text[shown : text.index("</li>", shown)])
            titles = {_escaped(s.title) for s in result.sources if s.id in reason.because.sources}
            assert {title for _, title in cited} == titles
            assert all(title in listed[number] for number, title in cited)


def test_verdict_ranking_and_numbers_are_in_words_too(results):
    for result in results:
        words = " ".join(" ".join(Page(render(result, KNOWLEDGE)).words).split())
        assert result.verdict.summary in words
        assert Words(KNOWLEDGE).openness(result) in words
        for row in result.ranking:
            points = f"{row.score:+.1f}" if score_fits(row) else f"{row.score_low:+.1f} to {row.score_high:+.1f}"
            title = KNOWLEDGE.candidate[row.candidate].title
            assert (points if row.feasible else f"{title} ruled out") in words
            assert percent(row.first_rank_share) in words
        for notice in (*result.verdict.warnings, *result.verdict.next.advice):
            assert notice.text in words


@pytest.mark.parametrize("index", [0, 1])
def test_nothing_from_users_or_overlays_becomes_markup(results, index):
    """Every text of a result and of the knowledge is hostile; the page has the same elements as before."""
    result = results[index]
    before = Page(render(result, KNOWLEDGE))
    bad = result.model_validate(_spoilt(result.model_dump(mode="json")))
    titles = {candidate.id: HOSTILE for candidate in KNOWLEDGE.candidates}
    knowledge = KNOWLEDGE.model_copy(
        update={
            "candidates": tuple(c.model_copy(update={"title": titles[c.id]}) for c in KNOWLEDGE.candidates),
            "criteria": tuple(c.model_copy(update={"title": HOSTILE}) for c in KNOWLEDGE.criteria),
            "questions": tuple(q.model_copy(update={"text": HOSTILE}) for q in KNOWLEDGE.questions),
        }
    )
    text = render(bad, knowledge)
    after = Page(text)
    assert {tag for tag, _ in after.elements} <= {tag for tag, _ in before.elements}
    assert not any(name.startswith("on") for _, found in after.elements for name in found)
    assert "<script" not in text
    assert "{{ 7*7 }}" in text
    assert all(re.match("#|https?://", link["href"]) for link in after.all("a"))
    assert not any("javascript" in link["href"] for link in after.all("a"))


def _spoilt(value, key=""):
    """A result with its free texts made hostile and its sources' addresses scripts."""
    if isinstance(value, dict):
        return {name: _spoilt(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_spoilt(inner, key) for inner in value]
    if key in ("text", "title", "summary", "install", "starter", "cpu", "detail") and isinstance(value, str):
        return HOSTILE
    return "javascript:alert(1)//https://example.org" if key == "address" else value


def test_an_answer_is_text_whatever_it_says(results):
    answer = results[0].answers[0].model_copy(update={"value": HOSTILE})
    text = render(results[0].model_copy(update={"answers": (answer,)}), KNOWLEDGE)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_without_flips_nothing_is_claimed_of_open_questions():
    result = advise(KNOWLEDGE, {"stage": Answer(question="stage", value="research")}, None, as_of=TODAY)
    assert not result.flips
    assert "<p>None of the given answers changes it by itself; an answer to an open question may.</p>" in render(
        result, KNOWLEDGE
    )
    assert "None of the given answers" not in render(advise(KNOWLEDGE, {}, None, as_of=TODAY), KNOWLEDGE)


def test_a_reason_comes_with_the_answers_that_it_rests_on(results):
    """Not with questions alone, as though all had been asked; what is open says so."""
    seen = set()
    for result in results:
        words, given = Words(KNOWLEDGE), {answer.question: answer for answer in result.answers}
        text = render(result, KNOWLEDGE)
        assert "you were asked" not in text
        for name in {name for reason in result.reasons for name in reason.because.answers}:
            known = given[name].value is not None
            seen.add(known)
            said = words.answer(given[name]) if known else "(open)"
            assert f">answer: {_escaped(words.question(name))} {_escaped(said)}<" in text
    assert seen == {True, False}


@pytest.mark.parametrize("count", [1, 2, 4, 7])
def test_charts_are_drawn_for_any_number_of_candidates_and_ranks(count):
    names = [f"Candidate & {n}" for n in range(count)]
    ranks = tuple(1 / count for _ in names)
    places = [Place(name, n - 2.0, n - 5.0, n + 1.0, ranks, n != 1) for n, name in enumerate(names)]
    lines = [Line(f"Line {n}", "note", tuple(range(count)), said=tuple(map(str, range(count)))) for n in range(3)]
    times = tuple(1.0 + 5 * n for n in range(count))
    fast = [
        Line("a" * 60, "1× = 3 ms", times, tuple(t * 0.9 for t in times), tuple(t * 1.1 for t in times), ("",) * count)
    ]
    for made in (
        charts.ranking(places),
        charts.shares(places),
        charts.contributions(names, lines),
        charts.speed(names, fast),
    ):
        root = ET.fromstring(made)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for element in root.iter():
            for name, limit in (
                ("x", width),
                ("x1", width),
                ("x2", width),
                ("cx", width),
                ("y", height),
                ("y1", height),
            ):
                assert 0 <= float(element.get(name, 0)) <= limit + 0.1
        assert [child.tag for child in root][:2] == ["title", "desc"]


def test_letters_and_marks_stand_out_from_their_ground(results):
    """WCAG 2.2: 4.5 to 1 for letters, 3 to 1 for what a chart draws; in both themes and on paper."""
    text = render(results[0], KNOWLEDGE)
    themes = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(themes) == 3
    for theme in themes:
        colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", theme))
        for name in ("text", "muted", "link"):
            for ground in ("ground", "panel"):
                assert _contrast(colour[name], colour[ground]) >= 4.5, (name, ground)
        for name in ("good", "warn", "bad"):
            assert _contrast(colour["on-badge"], colour[name]) >= 4.5, name
        for number in range(6):
            assert _contrast(colour[f"c{number}"], colour["panel"]) >= 3, number
        assert _contrast(colour["on-r1"], colour["r1"]) >= 4.5
        for number in (2, 3, 4):
            assert _contrast(colour["on-r"], colour[f"r{number}"]) >= 4.5, number


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_command_writes_it_the_same_each_time(tmp_path, capsys):
    result = tmp_path / "result.json"
    main(["--json", "--probe", "none", "--as-of", "2026-11-23", "-d", "stage=research", "-o", str(result)])
    for name in ("one.html", "two.html"):
        assert main(["report", str(result), "--as", "html", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert (tmp_path / "one.html").read_text().startswith("<!doctype html>\n")


def browse(tmp_path, *flags):
    command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=90)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
@pytest.mark.parametrize("width", [400, 1280])
def test_a_browser_shows_it_without_scrolling_sideways(results, tmp_path, width):
    """In the dark theme and in the light one, with a ground of their own."""
    # The page forbids scripts, and a window can't be as narrow as a telephone: it is looked at in a frame.
    script = (
        "const frame = document.querySelector('iframe'), box = e => e.getBoundingClientRect();"
        "frame.onload = () => { const page = frame.contentDocument, root = page.documentElement;"
        "document.body.dataset.seen = JSON.stringify({wide: root.scrollWidth, room: root.clientWidth,"
        " ground: frame.contentWindow.getComputedStyle(page.body).backgroundColor,"
        " drawn: [...page.querySelectorAll('svg')].map(s => box(s).width),"
        " points: [...page.querySelectorAll('.points')].map(p => p.scrollWidth - p.clientWidth),"
        " letters: [...page.querySelectorAll('svg text')].map(t => box(t).height)})};"
        "frame.srcdoc = decodeURIComponent(document.body.dataset.page)"
    )
    inside = quote(render(results[0], KNOWLEDGE), safe="")
    frame = f"<iframe style='width:{width}px;height:2000px;border:0'></iframe>"
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body data-page='{inside}'>{frame}<script>{script}</script>")
    grounds = set()
    for theme in (0, 1):
        flags = (
            f"--blink-settings=preferredColorScheme={theme}",
            "--window-size=1400,2100",
            "--virtual-time-budget=5000",
            "--dump-dom",
        )
        done = browse(tmp_path, *flags, page.as_uri())
        found = re.search(r'data-seen="([^"]*)"', done.stdout)
        assert found, done.stderr[-2000:]
        seen = json.loads(found[1].replace("&quot;", '"'))
        assert seen["wide"] <= seen["room"] <= width
        assert seen["room"] >= width - 20, "what a scroll bar takes"
        assert min(seen["drawn"]) > 250
        assert min(seen["letters"]) >= 10
        assert max(seen["points"]) <= 0
        grounds.add(seen["ground"])
    assert grounds == {"rgb(255, 255, 255)", "rgb(20, 23, 28)"}


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
def test_on_paper_it_takes_two_pages(results, tmp_path):
    """The longest of these, and the one of nothing answered."""
    by_length = sorted(results[:-1], key=lambda result: len(render(result, KNOWLEDGE)))
    for result in (by_length[-1], by_length[-2], results[-1]):
        page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
        page.write_text(render(result, KNOWLEDGE))
        done = browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
        assert paper.exists(), done.stderr[-2000:]
        assert 1 <= len(re.findall(rb"/Type /Page\b", paper.read_bytes())) <= 2
        paper.unlink()


def _escaped(text):
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;").replace('"', "&#34;")
    )
