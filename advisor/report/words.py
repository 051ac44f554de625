"""Ids of a result in the words that people read; shared by every report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from advisor.model.answer import Answer, AnswerValue
from advisor.model.figures import interval, percent, quantity
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import IMPORTING, Host, Measurement, Measurements, Outcome
from advisor.model.overlay import Overlay, Retire
from advisor.model.probe import Probe
from advisor.model.question import Question
from advisor.model.recommendation import (
    Change,
    Flip,
    OpenQuestion,
    Possible,
    Ranked,
    Reason,
    Recommendation,
    Settled,
    ToMeasure,
    VerdictKind,
    VetoGiven,
)

USUAL_ANSWERS = "These are the usual answers. Which are different for you?"
ONE_OTHER = "One other answer would change the verdict"
NO_OTHER = "None of the given answers changes it by itself"
NOT_ANSWERED = "Not answered yet ({}), most useful first"
DISPUTED = "Where people differ ({}), what moves the result most first"
NOTHING_MEASURED = "Nothing was measured"
PAST_REVIEW = "past their review date"
TESTED = {True: "yes", False: "no", None: "open"}
"""Whether a test of a claim holds here."""
MOST_OUTCOMES = 3
"""Verdicts that open answers may lead to which are named one by one."""


class Words:
    """The titles and texts behind the ids of a result. An id that the knowledge base doesn't have stands for
    itself, so that an old result can still be read."""

    def __init__(self, knowledge: Knowledge) -> None:
        """`knowledge` is what the result was made with, or something near it."""
        self._knowledge = knowledge
        self._groups = {group.id: group.title for group in knowledge.groups}

    def candidate(self, name: str | None) -> str:
        """A candidate's title, or that there is none."""
        found = self._knowledge.candidate.get(name or "")
        return found.title if found else name or "no candidate"

    def criterion(self, name: str) -> str:
        """A criterion's title."""
        found = self._knowledge.criterion.get(name)
        return found.title if found else name

    def group(self, name: str) -> str:
        """The title of a group of criteria."""
        return self._groups.get(name, name)

    def question(self, name: str) -> str:
        """A question's text."""
        found = self._knowledge.asked_as(name)
        return found.text if found else name

    def value(self, question: str, value: AnswerValue) -> str:
        """An answer in words."""
        return value_words(self._knowledge.asked_as(question), value)

    def like(self, question: Question, value: AnswerValue) -> str:
        """An answer in words; for a number, after all those that no rule tells from it."""
        if question.kind != "number" or value is None:
            return self.value(question.id, value)
        # Imported here: who only wants words for a machine needs no rules.
        from advisor.engine.program import compile_knowledge

        domain = compile_knowledge(self._knowledge).domains[question.id]
        cell = domain.label(domain.index(value))
        only = cell == f"{value:.10g}"
        return self.value(question.id, value) if only else f"{cell} {question.unit}".strip() + f", say {value:,.10g}"

    def answer(self, answer: Answer) -> str:
        """An answer in words, with how it came about where that isn't obvious."""
        if answer.ballots:
            return " / ".join(dict.fromkeys(self.value(answer.question, ballot) for ballot in answer.ballots))
        origin = {"default": " (this machine's)", "scan": " (seen in the project's files)"}.get(answer.origin, "")
        return self.value(answer.question, answer.value) + origin

    def answered(self, answer: Answer) -> str:
        """A question with its answer and where that came from."""
        value = self.answer(answer) if answer.ballots else self.value(answer.question, answer.value)
        return f"{self.question(answer.question)} {value}  ({_ORIGINS[answer.origin]})"

    def disputes(self, result: Recommendation) -> list[str]:
        """The open questions that people answered differently, with their answers, what moves the result most first."""
        given = {answer.question: answer for answer in result.answers if answer.ballots}
        return [
            f"{entry.text} {self.answer(given[entry.question])} (moves {percent(entry.moves)} of first ranks)"
            for entry in sorted(result.open_questions, key=lambda entry: -entry.moves)
            if entry.question in given
        ]

    def open_lists(self, result: Recommendation) -> list[tuple[str, list[str]]]:
        """The open questions under a heading each for those that nobody answered and those on which people differ."""
        lists = (
            (NOT_ANSWERED, [entry.text for entry in unanswered(result)]),
            (DISPUTED, self.disputes(result)),
        )
        return [(heading.format(len(texts)), texts) for heading, texts in lists if texts]

    def changes(self, changes: Sequence[Change]) -> str:
        """Answers changed, in words; of a list only what is added and taken out."""
        return "; and ".join(map(self._change, changes))

    def _change(self, change: Change) -> str:
        question, before, after = self.question(change.question), change.before, change.after
        if isinstance(before, tuple) and isinstance(after, tuple):
            more = tuple(option for option in after if option not in before)
            fewer = tuple(option for option in before if option not in after)
            parts = (("also", more), ("not", fewer))
            said = [f"{word} {self.value(change.question, options)}" for word, options in parts if options]
            return f"{question} {', '.join(said)}"
        return f"{question} {self.value(change.question, after)} instead of {self.value(change.question, before)}"

    def flip(self, flip: Flip) -> str:
        """A change of answers with the verdict that it leads to."""
        return f"{self.changes(flip.changes)} → {self.outcome(flip)}"

    def verdict(self, kind: VerdictKind, candidate: str | None) -> str:
        """A verdict in a few words."""
        return f"{self.candidate(candidate)} recommended" if candidate else KINDS[kind]

    def outcome(self, flip: Flip) -> str:
        """What a flip leads to."""
        if flip.candidate:
            return f"{self.candidate(flip.candidate)} ({percent(flip.confidence)})"
        return KINDS[flip.kind]

    def measurable(self, entry: ToMeasure) -> str:
        """What isn't measured, what it could do, and what measures it."""
        what = f"up to {entry.swing:.1f} points of {self.criterion(entry.criterion).lower()} between two candidates"
        return f"{entry.title}: {what}  ({self._measuring(entry.probe)})"

    def _measuring(self, probe: str) -> str:
        """The least that takes a probe's measurements so that a recommendation uses them: what isn't part of a level
        is kept nowhere but in a file."""
        found = self._knowledge.probe.get(probe)
        if found and (found.quick or found.full):
            return "advisor probe" if found.quick else "advisor probe --level full"
        return f"advisor probe --only {probe} -o FILE, then --measurements FILE"

    def settled(self, settled: Settled, may_become: Sequence[Possible], error: float) -> str:
        """Whether open answers can still change a verdict, and into what, in one sentence. `error` is the standard
        error of the share of those that would."""
        if not may_become:
            return (
                "Not settled: what trade-offs say of the weights hangs on what is open, so nothing is claimed of what "
                "the open questions would change."
            )
        if settled == "proven":
            (only,) = may_become
            verdict = f"{self.candidate(only.candidate)} is recommended" if only.candidate else KINDS[only.kind]
            return f"Settled: whatever is answered to what is open, the verdict is: {verdict} (proven)."
        begins = "As good as settled" if settled == "as-good-as" else "Not settled"
        ways = [f"{percent(each.share, 1)} {self._ends(each)}" for each in may_become[:MOST_OUTCOMES]]
        if rest := sum(each.share for each in may_become[MOST_OUTCOMES:]):
            ways.append(f"{percent(rest, 1)} end otherwise")
        error_of = f"(standard error {percent(error, 1)})"
        return f"{begins}: of the ways to answer what is open, {', '.join(ways)} {error_of}."

    def openness(self, result: Recommendation) -> str:
        """The same of a result; empty where nothing is open."""
        said = result.verdict
        return self.settled(said.settled, said.may_become, said.may_change_error) if result.open_questions else ""

    def _ends(self, possible: Possible) -> str:
        if possible.candidate:
            return f"recommend {self.candidate(possible.candidate)}"
        return "are too close to call" if possible.kind == "too-close" else "leave no candidate"


def value_words(question: Question | None, value: AnswerValue) -> str:
    """An answer in the words of its question, a number with its unit; without the question as it is written."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value_words(question, item) for item in value) or "none of these"
    if isinstance(value, (int, float)):
        return f"{value:,.10g} {question.unit if question else ''}".rstrip()
    options = question.options if question else ()
    return next((option.text for option in options if option.value == value), value)


KINDS = {
    "recommended": "recommended",
    "too-close": "too close to call",
    "not-enough-known": "not enough known",
    "none-feasible": "no candidate fits",
}


_ORIGINS = {
    "asked": "asked",
    "file": "from a file",
    "flag": "by -d",
    "scan": "seen in the project's files",
    "default": "this machine's",
    "ballots": "on which people differ",
    "unknown": "of unknown origin",
}


def known_answers(result: Recommendation) -> list[Answer]:
    """The answers that say something, in the order of the questions."""
    return [answer for answer in result.answers if answer.value is not None or answer.ballots]


def flips_title(result: Recommendation) -> str:
    """What stands above the answers that would change the verdict, or in their place; empty where none was given."""
    if result.flips:
        return ONE_OTHER
    return NO_OTHER if known_answers(result) else ""


def unanswered(result: Recommendation) -> list[OpenQuestion]:
    """The open questions that nobody answered, most useful first; the others people answered differently."""
    known = {answer.question for answer in known_answers(result)}
    return [entry for entry in result.open_questions if entry.question not in known]


def rests_on(result: Recommendation) -> str:
    """How many answers a result rests on and where they came from, in a sentence."""
    found = Counter(answer.origin for answer in known_answers(result))
    if not found:
        return "Rests on no answers."
    origins = ", ".join(f"{found[origin]} {words}" for origin, words in _ORIGINS.items() if found[origin])
    return f"Rests on {found.total()} {'answer' if found.total() == 1 else 'answers'}: {origins}."


_ORDINALS = ("first", "second", "third", "fourth")


def ordinal(rank: int) -> str:
    """A rank in words, counted from 1."""
    return _ORDINALS[rank - 1] if rank <= len(_ORDINALS) else f"{rank}th"


def score_fits(row: Ranked) -> bool:
    """Whether a score lies in its range over the draws. It counts only what is certain, so that while much is open it
    may lie outside, where it would look like a mistake: then the range alone tells what to expect."""
    return row.score_low <= row.score <= row.score_high


def order_words(result: Recommendation, words: Words) -> str:
    """Why a ranking isn't in the order of its points, where it isn't: what it goes by, and who is ruled out in some of
    the draws."""
    rows = [row for row in result.ranking if row.feasible]
    by_shares = rows == sorted(rows, key=lambda row: -row.first_rank_share)
    by_points = rows == sorted(rows, key=lambda row: -row.score)
    by = "Ordered by how often each ranks first, not by points." if by_shares and not by_points else ""
    shares = ((row, ruled_out_share(row)) for row in rows)
    out = ", ".join(f"{words.candidate(row.candidate)} ({percent(share)})" for row, share in shares if share)
    return " ".join(filter(None, (by, f"Ruled out in some draws: {out}." if out else "")))


def ruled_out_share(row: Ranked) -> float:
    """In what share of the draws a feasible candidate is ruled out; 0 where the result doesn't say."""
    share = 1 - sum(row.rank_acceptability) if row.feasible and row.rank_acceptability else 0.0
    # The shares of its ranks are rounded to four digits.
    return share if share > 0.0005 else 0.0


def runner_up(result: Recommendation) -> Ranked | None:
    """The best feasible candidate that isn't the leader."""
    leader = result.verdict.leader
    return next((row for row in result.ranking if row.feasible and leader not in (None, row.candidate)), None)


def reasons_for(result: Recommendation, candidate: str | None) -> list[Reason]:
    """What speaks for a candidate, weightiest first."""
    return [reason for reason in result.reasons if reason.candidate == candidate and reason.contribution > 0]


def reasons_against(result: Recommendation, candidate: str | None) -> list[Reason]:
    """What speaks against a candidate, weightiest first."""
    return [reason for reason in result.reasons if reason.candidate == candidate and reason.contribution < 0]


def one_veto_each(result: Recommendation) -> list[VetoGiven]:
    """Of each candidate that is ruled out the first veto, which says enough."""
    return list({veto.candidate: veto for veto in reversed(result.vetoes)}.values())


def standing(reason: Reason) -> tuple[str, ...]:
    """What sets a reason apart, in words: the overlay that it comes from, and that it counts for less for its age."""
    said = [f"overlay {name}" for name in reason.because.overlays]
    if reason.currency < 1:
        said.append(f"counted {percent(reason.currency)}, for its sources are {PAST_REVIEW}")
    return tuple(said)


def number_words(found: Measurement) -> str:
    """A measured number with the ends of its interval."""
    return f"{quantity(found.median, found.unit)} ({interval(found.low, found.high, found.unit)})"


def status_words(outcome: Outcome | None) -> str:
    """What became of a probe, without why."""
    if outcome is None:
        return "not tried"
    if outcome.status == "works-with-extra":
        return f"works with {', '.join(outcome.extras) or 'an extra package'}"
    return outcome.status.replace("-", " ")


def tried_words(outcome: Outcome | None) -> str:
    """What became of a probe, and why it didn't work."""
    why = "" if outcome is None or outcome.works else _why(outcome)
    return f"{status_words(outcome)}: {why}" if why else status_words(outcome)


def probe_words(found: Measurements | None, probe: Probe, candidate: str) -> str:
    """What became of a probe of a candidate, and why it didn't work or wasn't tried."""
    outcome = found.outcome(probe.id, candidate) if found else None
    if found is None or outcome:
        return tried_words(outcome)
    importing = found.outcome(IMPORTING, candidate)
    if importing and not importing.works:
        why = ("the framework did not import: " if importing.status == "fails" else "") + _why(importing)
    else:
        level = found.level
        why = "not among what was measured" if probe.launches(level) else f"not part of a {level} measurement"
        why = f"{why}; `advisor probe --only {probe.id}` tries it"
    return f"{status_words(None)}: {why}"


def _why(outcome: Outcome) -> str:
    return outcome.detail or _CAUSES.get(outcome.cause, "")


_CAUSES = {
    "missing": "not installed",
    "error": "error",
    "crashed": "crashed",
    "killed": "killed, perhaps for memory",
    "timed-out": "took too long",
    "garbage": "unreadable result",
    "cancelled": "cancelled",
}


def unusable_words(outcomes: Iterable[Outcome]) -> str:
    """How many of the numbers measured can't be used, with the commonest reason; empty where all can."""
    numbers = [number for outcome in outcomes for number in outcome.measurements]
    whys = Counter(number.quality_reason for number in numbers if number.quality == "unusable")
    if not whys:
        return ""
    why = whys.most_common(1)[0][0]
    is_ = "is" if whys.total() == 1 else "are"
    return f"Of {len(numbers)} numbers {whys.total()} {is_} unusable{f': {why}' if why else ''}."


def package_words(found: Measurements, knowledge: Knowledge) -> str:
    """The versions of what was measured, each of the interpreter that the candidate was measured in; where candidates
    have different ones, with their names."""
    versions: dict[str, dict[str, list[str]]] = {}
    for candidate in knowledge.candidates:
        interpreter = found.interpreter(candidate.id)
        if interpreter and any(outcome.works for outcome in found.of(candidate.id)):
            for name in interpreter.packages.keys() & set(candidate.packages):
                versions.setdefault(name, {}).setdefault(interpreter.packages[name], []).append(candidate.title)
    return ", ".join(
        f"{name} {version}" + (f" ({' and '.join(whose)})" if len(by_version) > 1 else "")
        for name, by_version in sorted(versions.items())
        for version, whose in by_version.items()
    )


def gpu_words(host: Host) -> str:
    """The names of a machine's GPUs."""
    return ", ".join(gpu.name for gpu in host.gpus) or "no GPU"


def overlay_words(overlay: Overlay) -> str:
    """What an overlay did, with the reasons that it gives."""
    counts = {"added": len(overlay.added), "replaced": len(overlay.replaced)}
    done = [f"{count} {what}" for what, count in counts.items() if count]
    for change in overlay.changes:
        what = f"{change.retire} retired" if isinstance(change, Retire) else f"{change.reweigh} times {change.by:g}"
        done.append(f"{what} ({change.because.rstrip('.')})")
    return f"Overlay {overlay.name}: {'; '.join(done) or 'no rules'}."
