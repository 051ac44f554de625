"""From what was seen to the answers that it speaks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from advisor.model.answer import AnswerValue
from advisor.model.question import Question
from advisor.model.scan import Proposal, Sighting, Support, Unsettled
from advisor.model.sign import SURENESS, Sign, Signs, Sureness
from advisor.scanning.lookout import Captured

_SHOWN = 5


class _Case:
    """What speaks for one answer."""

    def __init__(self, value: AnswerValue) -> None:
        self.value = value
        self._seen: list[tuple[int, Sighting, Sign]] = []

    def add(self, sign: Sign, sighting: Sighting, hint: bool) -> None:
        level = 0 if hint else max(0, SURENESS.index(sign.sure) - sighting.minor)
        self._seen.append((level, sighting, sign))

    @property
    def level(self) -> int:
        """The index in SURENESS of the strongest sign."""
        return max(level for level, _, _ in self._seen)

    def weight(self, signs: Signs) -> float:
        """The sum over files of the strongest sign in each; hints together count no more than one likely sign."""
        best: dict[str, int] = {}
        for level, sighting, _ in self._seen:
            best[sighting.file] = max(level, best.get(sighting.file, 0))
        weights = signs.settings.weights
        hints = sum(weights[SURENESS[0]] for level in best.values() if level == 0)
        rest = sum(weights[SURENESS[level]] for level in best.values() if level)
        return rest + min(hints, weights["likely"])

    def support(self, sure: Sureness | None = None) -> Support:
        ordered = sorted(self._seen, key=lambda seen: (-seen[0], seen[1].minor, seen[1].file.count("/"), seen[1].file))
        firsts: dict[tuple[str, str], Sighting] = {}
        shown: dict[str, Sighting] = {}
        for _, sighting, sign in ordered:
            firsts.setdefault((sign.id, sign.because), sighting)
            shown.setdefault(sighting.file, sighting)
        # The first of each sign, then more files.
        chosen = list(dict.fromkeys([*firsts.values(), *shown.values()]))[:_SHOWN]
        return Support(
            value=self.value,
            sure=sure or SURENESS[self.level],
            files=len(shown),
            because=tuple(dict.fromkeys(sign.because for _, _, sign in ordered)),
            sightings=tuple(chosen),
        )


def propose(
    signs: Signs, questions: Sequence[Question], captured: Iterable[Captured]
) -> tuple[tuple[Proposal, ...], tuple[Unsettled, ...]]:
    """What is proposed, and on which questions the files disagree.

    Of a question with one answer, that is proposed whose support is at least `lead` times that of every other; of a
    scale, the highest level that is likely, since the most demanding part decides; of one with several answers, all
    that are likely, or all hinted at where none is.
    """
    cases = _cases(signs, captured)
    proposals, unsettled = [], []
    for question in questions:
        found = sorted(cases.get(question.id, {}).values(), key=lambda case: -case.weight(signs))
        if not found:
            continue
        made = _settle(signs, question, found)
        if isinstance(made, Proposal):
            proposals.append(made)
        else:
            unsettled.append(made)
    return tuple(proposals), tuple(unsettled)


def _cases(signs: Signs, captured: Iterable[Captured]) -> Mapping[str, Mapping[AnswerValue, _Case]]:
    by_file: dict[str, list[Captured]] = defaultdict(list)
    firm: set[str] = set()
    for each in captured:
        by_file[each.sighting.file].append(each)
        if not each.sighting.minor:
            firm.add(each.sighting.sign)
    cases: dict[str, dict[AnswerValue, _Case]] = defaultdict(dict)
    for here in by_file.values():
        shown = {each.sighting.sign for each in here}
        for each in _first_of_each(here):
            sign = signs.sign[each.sighting.sign]
            if shown & set(sign.unless):
                continue
            value = each.value if sign.capture else sign.value
            if sign.capture and value is None:
                continue
            # True and 1 are the same key.
            key = (type(value), value)
            case = cases[sign.question].setdefault(key, _Case(value))  # type: ignore[arg-type]
            case.add(sign, each.sighting, hint=bool(sign.borne_out_by) and firm.isdisjoint(sign.borne_out_by))
    return cases


def _first_of_each(here: Iterable[Captured]) -> Iterator[Captured]:
    """The first sighting of each sign in a file, one that isn't minor before one that is."""
    best: dict[tuple[str, object], Captured] = {}
    for each in here:
        key = (each.sighting.sign, each.value)
        old = best.get(key)
        if old is None or (each.sighting.minor, each.sighting.line) < (old.sighting.minor, old.sighting.line):
            best[key] = each
    yield from best.values()


def _settle(signs: Signs, question: Question, found: list[_Case]) -> Proposal | Unsettled:
    lead = signs.settings.lead
    if question.kind == "many":
        return _several(question, found)
    best, rest = found[0], found[1:]
    if question.kind == "scale":
        order = [option.value for option in question.options]
        found.sort(key=lambda case: (min(case.level, 1), order.index(case.value)), reverse=True)
        best, rest = found[0], found[1:]
        # A lower level is no contradiction, but where it is the rule the higher one is less sure.
        contested = any(case.weight(signs) > lead * best.weight(signs) for case in rest)
    else:
        if best.value is None or (rest and best.weight(signs) < lead * rest[0].weight(signs)):
            support = tuple(case.support() for case in found)
            return Unsettled(question=question.id, text=question.text, support=support)
        contested = bool(rest) and best.weight(signs) < lead**2 * rest[0].weight(signs)
    sure = SURENESS[max(0, best.level - contested)]
    return Proposal(
        question=question.id,
        text=question.text,
        value=best.value,
        sure=sure,
        support=(best.support(sure),),
        against=tuple(case.support() for case in rest),
    )


def _several(question: Question, found: list[_Case]) -> Proposal | Unsettled:
    """Every option by itself: one doesn't speak against another."""
    placed = [case for case in found if case.value is not None]
    if not placed:
        return Unsettled(question=question.id, text=question.text, support=tuple(case.support() for case in found))
    likely = [case for case in placed if case.level] or placed
    order = [option.value for option in question.options]
    likely.sort(key=lambda case: order.index(case.value))
    return Proposal(
        question=question.id,
        text=question.text,
        value=tuple(str(case.value) for case in likely),
        sure=SURENESS[min(case.level for case in likely)],
        support=tuple(case.support() for case in likely),
        against=tuple(case.support() for case in placed if case not in likely),
    )
