"""A recommendation as a decision record in the form of MADR 4.0.0
(https://github.com/adr/madr/blob/4.0.0/template/adr-template.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from advisor.decision.ageing import review_by
from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Because, GroupRecommendation, Ranked, Reason, Recommendation
from advisor.report.links import web_address
from advisor.report.people import worded
from advisor.report.plain import plain
from advisor.report.words import (
    KINDS,
    NOTHING_MEASURED,
    ONE_OTHER,
    known_answers,
    overlay_words,
    package_words,
    reasons_against,
    reasons_for,
    ruled_out_share,
    score_fits,
    standing,
    unusable_words,
)

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|&~"})
_LEADING = re.compile(r"(\d*)([-+=.)])")
"""What makes a list or a heading of a line that begins with it."""
CONSEQUENCES, ARGUMENTS = 3, 6
"""How many reasons of a side are given as consequences, and for each option."""
QUESTIONS = 5
"""How many open questions of a kind are named."""


class Kept(NamedTuple):
    """Where a record lies and what belongs to it; without these nothing can be verified later."""

    record: str
    """The path by which a command names it."""
    result: str
    """The path of its result, from the record's own folder."""
    digest: str
    """Of the result; see `decisions.digest`."""
    supersedes: str = ""
    """A link to the record that it takes the place of, in Markdown."""


def title(result: Recommendation | GroupRecommendation, knowledge: Knowledge) -> str:
    """The record's title: the problem and the solution found, if any."""
    found, words = worded(result, knowledge)
    verdict = found.verdict
    if verdict.candidate:
        return f"Use {words.candidate(verdict.candidate)} as the deep-learning framework"
    return f"Deep-learning framework: {KINDS[verdict.kind]}"


def render(result: Recommendation | GroupRecommendation, knowledge: Knowledge, kept: Kept | None = None) -> str:
    """The Markdown text of the record; its status is `proposed`, since the decision is the reader's. That of a group
    names its members, and says of each answer who gave it where not all did."""
    return plain("\n".join(_Writer(result, knowledge, kept).lines()) + "\n")


class _Writer:
    def __init__(self, result: Recommendation | GroupRecommendation, knowledge: Knowledge, kept: Kept | None) -> None:
        self._people = tuple(result.members) if isinstance(result, GroupRecommendation) else ()
        self._result, self._words = worded(result, knowledge)
        self._knowledge = knowledge
        self._kept = kept
        self._links = {source.id: web_address(source.address) for source in self._result.sources}

    def lines(self) -> Iterator[str]:
        yield from self._front_matter()
        yield from (f"# {_plain(title(self._result, self._knowledge))}", "")
        yield from self._context()
        yield from self._outcome()
        yield from self._options()
        yield from self._more()

    def _front_matter(self) -> Iterator[str]:
        yield from ("---", "status: proposed", f"date: {self._result.as_of}")
        if self._people:
            yield f"decision-makers: [{', '.join(map(_quoted, self._people))}]"
        if self._kept:
            yield from ("advisor:", f"  result: {_quoted(self._kept.result)}", f"  sha256: {self._kept.digest}")
        yield from ("---", "")

    def _context(self) -> Iterator[str]:
        result, words = self._result, self._words
        yield from ("## Context and Problem Statement", "")
        yield "Which framework is the project to be built on?"
        known = known_answers(result)
        yield from ("What is known about it:", "") if known else ("Nothing is known about it yet.",)
        for answer in known:
            yield f"* {_plain(words.question(answer.question))} **{_plain(words.answer(answer))}**"
        drivers = [v for v in result.ranking[0].criteria if v.weight >= 0.005] if result.ranking else []
        if drivers:
            yield from ("", "## Decision Drivers", "")
        for value in sorted(drivers, key=lambda value: -value.weight):
            yield f"* {_plain(words.criterion(value.criterion))}, {_plain(percent(value.weight))} of the weight"
        yield from ("", "## Considered Options", "")
        for row in result.ranking:
            ruled_out = "" if row.feasible else " (ruled out)"
            yield f"* {_plain(words.candidate(row.candidate))}{ruled_out}"
        yield ""

    def _outcome(self) -> Iterator[str]:
        verdict = self._result.verdict
        yield from ("## Decision Outcome", "")
        chosen = _plain(self._words.candidate(verdict.candidate))
        if verdict.candidate:
            because = verdict.summary.removeprefix(f"Use {self._words.candidate(verdict.candidate)}: ")
            yield f'Chosen option: "{chosen}", because {_plain(because)}'
        else:
            yield f"Chosen option: none yet. {_plain(verdict.summary)}"
        leader = verdict.leader
        best = reasons_for(self._result, leader)[:CONSEQUENCES]
        worst = reasons_against(self._result, leader)[:CONSEQUENCES]
        yield from self._open()
        if best or worst or verdict.warnings:
            leads = f"What speaks for and against {_plain(self._words.candidate(leader))}, which leads"
            heading = "Consequences" if verdict.candidate else leads if leader else "To be minded"
            yield from ("", f"### {heading}", "")
        yield from (self._consequence("Good", reason) for reason in best)
        yield from (self._consequence("Bad", reason) for reason in worst)
        for notice in verdict.warnings:
            yield f"* Neutral, to be minded: {_sentence(notice.text)} ({self._grounds(notice.because)})"
        yield from ("", "### Confirmation", "")
        yield from self._confirmation()
        yield ""

    def _open(self) -> Iterator[str]:
        """Whether what is open can still change the verdict, what isn't answered yet, and on what people differ."""
        if not self._result.open_questions:
            return
        yield from ("", _plain(self._words.openness(self._result)))
        for heading, texts in self._words.open_lists(self._result):
            yield from ("", f"{heading}:", "")
            yield from (f"* {_plain(text)}" for text in texts[:QUESTIONS])
            if len(texts) > QUESTIONS:
                yield f"* and {len(texts) - QUESTIONS} more"

    def _confirmation(self) -> Iterator[str]:
        if not self._kept:
            yield f"The same answers, knowledge {_code(self._result.knowledge.content_hash)}, date and seed give this"
            yield "verdict again: `advisor --json --answers FILE`."
            return
        verify = f"advisor verify {_shell(self._kept.record)}"
        rules = "".join(f" --rules {_shell(overlay.name)}" for overlay in self._result.knowledge.overlays)
        yield "These follow the decision again from its own inputs and end with exit code 6 where it would be another:"
        yield ""
        yield "```sh"
        yield "# with the knowledge of the day and this machine's measurements, or those that it was made with"
        yield f"{verify}{rules}"
        yield "# measured anew"
        yield f"{verify}{rules} --probe quick"
        yield "```"
        commands = list(self._probes())
        if commands:
            yield from ("", "Each measurement that it rests on can be repeated by itself:", "", "```sh")
            yield from commands
            yield "```"

    def _probes(self) -> Iterator[str]:
        """The commands that repeat the measurements behind the reasons of the leader."""
        leader = self._result.verdict.leader
        resting = [reason.because for reason in self._result.reasons if reason.candidate == leader]
        wanted = {name for because in resting for name in because.measurements}
        for outcome in self._result.measurements:
            found = (outcome.probe, *(measurement.metric for measurement in outcome.measurements))
            known = outcome.candidate in self._knowledge.candidate and outcome.probe in self._knowledge.probe
            if known and wanted & {f"{what}.{outcome.candidate}" for what in found}:
                yield f"advisor probe --fresh --only {outcome.probe} --candidate {outcome.candidate}"

    def _options(self) -> Iterator[str]:
        yield from ("## Pros and Cons of the Options", "")
        for row in self._result.ranking:
            yield from (f"### {_plain(self._words.candidate(row.candidate))}", "")
            known = self._knowledge.candidate.get(row.candidate)
            yield from (() if known is None else (_plain(known.text),))
            over = f"{row.score_low:+.1f} to {row.score_high:+.1f}"
            points = f"{row.score:+.1f} points ({over} in" if score_fits(row) else f"{over} points (in"
            out = ruled_out_share(row)
            ruled_out = f", ruled out in {_plain(percent(out))}" if out else ""
            yield f"{points} 90% of the draws), first in {_plain(percent(row.first_rank_share))} of them{ruled_out}."
            yield ""
            yield from self._arguments(row)
            yield ""

    def _arguments(self, row: Ranked) -> Iterator[str]:
        good, bad = reasons_for(self._result, row.candidate), reasons_against(self._result, row.candidate)
        vetoes = [veto for veto in self._result.vetoes if veto.candidate == row.candidate]
        for veto in vetoes:
            yield f"* Bad, it is ruled out: {_sentence(veto.text)} ({self._grounds(veto.because)})"
        yield from (self._argument("Good", reason) for reason in good[:ARGUMENTS])
        yield from (self._argument("Bad", reason) for reason in bad[:ARGUMENTS])
        rest = [*good[ARGUMENTS:], *bad[ARGUMENTS:]]
        if rest:
            worth = sum(reason.contribution for reason in rest)
            most = max(abs(reason.contribution) for reason in rest)
            where = f", in [the result]({_target(self._kept.result)})" if self._kept else ""
            several = f"{len(rest)} more reasons, each of at most {most:.1f}, come"
            count = "one more reason comes" if len(rest) == 1 else several
            yield f"* Neutral: {count} to {worth:+.1f}{where}"
        if not (good or bad or vetoes):
            yield "* Neutral: nothing that is known speaks for or against it"

    def _consequence(self, word: str, reason: Reason) -> str:
        cited = f" ({', '.join(map(self._cite, reason.because.sources))})" if reason.because.sources else ""
        return f"* {word}: {_sentence(reason.text)}{cited}"

    def _argument(self, word: str, reason: Reason) -> str:
        criterion = _plain(self._words.criterion(reason.criterion))
        apart = "".join(f"; {_plain(said)}" for said in standing(reason))
        worth = f"{criterion} {reason.contribution:+.1f}"
        return f"* {word}: {_sentence(reason.text)} ({worth}; {self._grounds(reason.because)}{apart})"

    def _grounds(self, because: Because) -> str:
        """What a statement rests on, by id: sources as links, then measurements, answers and rules."""
        cited = [self._cite(name) for name in because.sources]
        named = (("measured", because.measurements), ("answers", because.answers), ("rules", because.rules))
        parts = [", ".join(cited)] if cited else []
        parts += [f"{what} {', '.join(map(_code, names))}" for what, names in named if names]
        return "; ".join(parts)

    def _cite(self, source: str) -> str:
        return f"[{source}]" if self._links.get(source) else _code(source)

    def _more(self) -> Iterator[str]:
        yield from ("## More Information", "")
        if self._kept and self._kept.supersedes:
            yield from (f"* Supersedes {self._kept.supersedes}.",)
        yield from (f"* {line}" for line in self._inputs())
        for flip in self._result.flips:
            yield f"* {ONE_OTHER}: {_plain(self._words.flip(flip))}."
        periods = self._knowledge.settings.review_months
        due = [review_by(self._knowledge, source) for source in self._result.sources if source.kind in periods]
        if due:
            yield f"* To be looked at again by {min(due)}, when the first of its sources has to be read again."
        if self._result.sources:
            yield from ("", "Sources:", "")
        for source in self._result.sources:
            link = self._links[source.id]
            name = f"[{source.id}]" if link else _code(source.id)
            where = "" if link == source.address else f", {_plain(source.address)}"
            yield f"* {name}: {_plain(source.title)}{where} ({_plain(source.date)}; read {source.checked})"
        links = [f"[{name}]: {link}" for name, link in self._links.items() if link]
        yield from (("", *links) if links else ())

    def _inputs(self) -> Iterator[str]:
        result = self._result
        if self._kept:
            yield f"Everything that it was made of: [{_plain(self._kept.result)}]({_target(self._kept.result)})."
        tool, knowledge = result.tool, result.knowledge
        yield (
            f"Made by {_plain(tool.name)} {_plain(tool.version)} with knowledge {_plain(knowledge.version)} "
            f"({_code(knowledge.content_hash)}), as of {result.as_of}, with seed {result.seed}."
        )
        yield from (_plain(overlay_words(overlay)) for overlay in knowledge.overlays)
        if found := result.measured:
            host, named = found.host, _plain(package_words(found, self._knowledge))
            yield (
                f"Measured ({found.level}) on {_plain(host.cpu)}, {host.cores_usable} cores, {host.os}"
                f"{': ' if named else ''}{named}; fingerprint {_code(found.fingerprint)}."
            )
            if unusable := unusable_words(result.measurements):
                yield _plain(unusable)
        else:
            yield f"{NOTHING_MEASURED}."


def _sentence(text: str) -> str:
    return _plain(text).rstrip(".")


def _plain(text: str) -> str:
    """Text with the characters escaped that Markdown or HTML would take for markup."""
    escaped = " ".join(text.split()).translate(_SPECIAL)
    return _LEADING.sub(r"\1\\\2", escaped, count=1) if _LEADING.match(escaped) else escaped


def _code(text: str) -> str:
    return f"`{' '.join(text.replace('`', '').split())}`"


def _quoted(text: str) -> str:
    """A text as a value in YAML."""
    import json

    return json.dumps(text, ensure_ascii=False)


def _target(path: str) -> str:
    """A path as the target of a link."""
    from urllib.parse import quote

    return quote(path)


def _shell(text: str) -> str:
    from shlex import quote

    return quote(text)
