"""A recommendation as a decision record in the form of MADR 4.0 (https://adr.github.io/madr/)."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Reason, Recommendation
from advisor.report.words import Words, overlay_words, reasons_against, reasons_for, standing

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|"})


def render(result: Recommendation, knowledge: Knowledge) -> str:
    """The Markdown text of the record; its status is `proposed`, since the decision is the reader's."""
    return "\n".join(_lines(result, Words(knowledge))) + "\n"


def _lines(result: Recommendation, words: Words) -> Iterator[str]:
    verdict = result.verdict
    leader = words.candidate(verdict.leader)
    yield from ("---", "status: proposed", f"date: {result.as_of}", "---", "")
    yield from (f"# Deep-learning framework: {leader if verdict.candidate else 'undecided'}", "")
    yield from ("## Context and Problem Statement", "")
    yield "Which framework is the project to be built on? What is known about it:"
    yield ""
    for answer in result.answers:
        if answer.value is not None or answer.ballots:
            yield f"* {_plain(words.question(answer.question))} **{_plain(words.answer(answer))}**"
    yield from ("", "## Decision Drivers", "")
    weights = sorted(result.ranking[0].criteria, key=lambda value: -value.weight) if result.ranking else []
    for value in weights:
        if value.weight > 0:
            yield f"* {_plain(words.criterion(value.criterion))} ({value.weight:.0%} of the weight)"
    yield from ("", "## Considered Options", "")
    for row in result.ranking:
        ruled_out = "" if row.feasible else " (ruled out)"
        yield f"* {_plain(words.candidate(row.candidate))}{ruled_out}"
    yield from ("", "## Decision Outcome", "", _plain(verdict.summary), "")
    yield from _consequences(result, words)
    yield from ("### Confirmation", "")
    yield f"Save the answers above as `needs.yaml`, then `advisor --json --answers needs.yaml --seed {result.seed}` "
    yield f"with knowledge `{result.knowledge.content_hash[:19]}…` gives this verdict again."
    yield from (f"* {_plain(overlay_words(overlay))}" for overlay in result.knowledge.overlays)
    yield from ("", "## Pros and Cons of the Options", "")
    for row in result.ranking:
        yield from (f"### {_plain(words.candidate(row.candidate))}", "")
        share = f"first in {row.first_rank_share:.0%} of the draws"
        yield f"{row.score:+.1f} points ({row.score_low:+.1f} to {row.score_high:+.1f}), {share}."
        yield ""
        for veto in result.vetoes:
            if veto.candidate == row.candidate:
                yield f"* Ruled out, because {_reason_text(veto.text)}{_cite(veto.because.sources)}"
        for reason in reasons_for(result, row.candidate):
            yield _pro_or_con("Good", reason, words)
        for reason in reasons_against(result, row.candidate):
            yield _pro_or_con("Bad", reason, words)
        yield ""
    yield from ("## More Information", "")
    for source in result.sources:
        yield f"* `{source.id}`: {_plain(source.title)}, {source.address} ({source.date}; checked {source.checked})"


def _consequences(result: Recommendation, words: Words) -> Iterator[str]:
    leader = result.verdict.leader
    best, worst = reasons_for(result, leader)[:3], reasons_against(result, leader)[:3]
    if not (best or worst or result.verdict.warnings):
        return
    yield from ("### Consequences", "")
    for reason in best:
        yield _pro_or_con("Good", reason, words)
    for reason in worst:
        yield _pro_or_con("Bad", reason, words)
    for notice in result.verdict.warnings:
        yield f"* Beware: {_plain(notice.text)}"
    yield ""


def _pro_or_con(word: str, reason: Reason, words: Words) -> str:
    criterion = words.criterion(reason.criterion).lower()
    cited = _cite(reason.because.sources)
    apart = "".join(f"; {_plain(said)}" for said in standing(reason))
    points = f"{reason.contribution:+.1f}"
    return f"* {word} for {_plain(criterion)} ({points}), because {_reason_text(reason.text)}{cited}{apart}"


def _cite(sources: tuple[str, ...]) -> str:
    return f" ({', '.join(f'`{source}`' for source in sources)})" if sources else ""


def _reason_text(text: str) -> str:
    return _plain(text).rstrip(".")


def _plain(text: str) -> str:
    """Text with the characters escaped that Markdown or HTML would take for markup."""
    return " ".join(text.split()).translate(_SPECIAL)
