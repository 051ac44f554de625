"""How far a run is and how long the rest will take, by what similar requests took so far."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import fmean
from typing import TypeAlias

from advisor.probing.plan import Turns
from advisor.probing.shared import Pair

Request: TypeAlias = tuple[str, Pair, bool]
"""A probe, whom it is asked of, and whether it is the first of a launch, which builds what the others use."""

GUESS = {True: 2.0, False: 0.3}
"""Seconds for a request, the first of a launch or a further one, while nothing is known."""


class Timetable:
    """Counts the requests that are to come and keeps the seconds of those that were answered."""

    def __init__(self) -> None:
        self._seconds: dict[Request, list[float]] = defaultdict(list)
        self._pending: Counter[Request] = Counter()
        self._done: Counter[Pair] = Counter()
        self._to_come: Counter[Pair] = Counter()

    def expect(self, todo: Iterable[tuple[Turns, Pair]]) -> None:
        """These turns are to come, and no others."""
        coming = list(todo)
        self._to_come = Counter(pair for _, pair in coming)
        self._pending = _requests(coming)

    def took(self, request: Request, seconds: float) -> None:
        """A request has been answered."""
        self._seconds[request].append(seconds)
        self._pending[request] -= 1

    def over(self, turns: Turns, pair: Pair, asked: int) -> None:
        """The turns of a probe are over for a candidate after so many requests; those left of them will not come."""
        self._done[pair] += 1
        self._to_come[pair] -= 1
        if not asked:
            self._pending[turns.probe.id, pair, True] -= 1
        self._pending[turns.probe.id, pair, False] -= turns.number - max(1, asked)

    def drop(self, pair: Pair) -> None:
        """Nothing more of a candidate is to come."""
        del self._to_come[pair]
        self._pending = Counter({request: n for request, n in self._pending.items() if request[1] != pair})

    def of(self, candidate: str) -> tuple[int, int, float | None]:
        """Of a candidate in all its interpreters: probes that are over, those that are over or to come, and the seconds
        that its own are expected to take still, None while nothing is known."""
        done = sum(n for pair, n in self._done.items() if pair[0] == candidate)
        to_come = sum(n for pair, n in self._to_come.items() if pair[0] == candidate)
        own = Counter({request: n for request, n in self._pending.items() if request[1][0] == candidate})
        return done, done + to_come, self._seconds_for(own) if self._seconds else None

    @property
    def done(self) -> int:
        """Probes that are over, counting each launch and candidate."""
        return self._done.total()

    @property
    def total(self) -> int:
        """Probes that are over and to come."""
        return self._done.total() + self._to_come.total()

    @property
    def left(self) -> float | None:
        """Seconds that the rest is expected to take; None while nothing is known."""
        if not self._seconds:
            return None
        return self._seconds_for(self._pending)

    def expected(self, todo: Iterable[tuple[Turns, Pair]]) -> float:
        """Seconds that these turns would take."""
        return self._seconds_for(_requests(todo))

    def _seconds_for(self, requests: Counter[Request]) -> float:
        return sum(count * self._expected(request) for request, count in requests.items() if count > 0)

    def _expected(self, request: Request) -> float:
        """By this very request, else by the same probe of others, else by a guess."""
        if request in self._seconds:
            return fmean(self._seconds[request])
        probe, _, first = request
        others = [fmean(taken) for (name, _, f), taken in self._seconds.items() if (name, f) == (probe, first)]
        return fmean(others) if others else GUESS[first]


def _requests(todo: Iterable[tuple[Turns, Pair]]) -> Counter[Request]:
    """What these turns ask for, and how often."""
    requests: Counter[Request] = Counter()
    for turns, pair in todo:
        requests[turns.probe.id, pair, True] += 1
        requests[turns.probe.id, pair, False] += turns.number - 1
    return requests
