"""Knowledge bases built from plain data, and a hypothesis strategy for random ones."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from advisor.model.answer import Answer, Origin
from advisor.model.knowledge import Knowledge

LEVELS = ("ignore", "low", "medium", "high", "essential")
SETTINGS = {
    "importance": [{"value": v, "weight": w} for v, w in zip(LEVELS, (0, 1, 2, 4, 8), strict=True)],
    "recommend_share": 0.8,
    "usual_share": 0.9,
    "weight_spread": 1.41421356,
    "range_sensitivity": [1, 1],
    "strength_error": {"primary": 0, "secondary": 0, "weak": 0.5},
    "saturates": 2,
    "review_months": {"versions": 6, "practices": 24},
}
SOURCE = {
    "id": "a-source",
    "title": "A source",
    "address": "https://example.org",
    "date": "2026",
    "checked": "2026-11-01",
    "grade": "primary",
    "kind": "versions",
}


def candidate(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"The {name}",
        "text": f"The candidate {name}.",
        "packages": [name],
        "install": f"pip install {name}",
        "starter": "print(1)",
    }


def criterion(name: str, importance: str | None = None) -> dict[str, Any]:
    return {"id": name, "title": f"On {name}", "text": f"About {name}.", "importance": importance or f"care-{name}"}


def scale(name: str, values: tuple[str, ...] = LEVELS) -> dict[str, Any]:
    return question(name, "scale", values)


def question(name: str, kind: str = "one", values: tuple[str, ...] = ("a", "b", "c"), **more: Any) -> dict[str, Any]:
    options = [{"value": v, "text": f"Option {v}"} for v in values] if kind in ("one", "scale", "many") else []
    return {
        "id": name,
        "theme": "Theme",
        "text": f"What about {name}?",
        "why": "Because.",
        "kind": kind,
        "options": options,
        **more,
    }


def derived(name: str, values: tuple[Any, ...] = (False, True), default: Any = False) -> dict[str, Any]:
    return {
        "id": name, "text": f"Derived {name}", "kind": "derived", "ordered": True, "values": values, "default": default
    }  # fmt: skip


def rule(name: str, when: Any, *then: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": name,
        "theme": "t",
        "when": when,
        "then": then,
        "because": f"Because {name}.",
        "sources": ["a-source"],
    }


def evidence(name: str, under: str, strength: float) -> dict[str, Any]:
    return {"evidence": name, "criterion": under, "strength": strength}


def build(**parts: Any) -> Knowledge:
    """A knowledge base with the parts given, and enough of the rest."""
    data: dict[str, Any] = {
        "edition": {"version": "1", "date": "2026-11-01"},
        "settings": SETTINGS,
        "candidates": [candidate("left"), candidate("right")],
        "criteria": [],
        "questions": [],
        "probes": [],
        "derived": [],
        "sources": [SOURCE],
        "rules": [],
        "claims": [],
        **parts,
    }
    if not data["criteria"]:
        data["criteria"] = [criterion("anything")]
        data["derived"] = [*data["derived"], derived("care-anything", LEVELS, "medium")]
    data["content_hash"] = f"sha256:{abs(hash(repr(data))):x}"
    return Knowledge.model_validate(data)


def answers(origin: Origin = "file", /, **values: Any) -> dict[str, Answer]:
    """Answers by question, each named with `_` or with `-`."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    return {name: Answer(question=name, value=value, origin=origin) for name, value in named.items()}


def answered(knowledge: Knowledge, values: Mapping[str, Any], origin: Origin = "file") -> dict[str, Answer]:
    """Answers by question, checked against the knowledge base."""
    return answers(origin, **{name: knowledge.question[name].accept(value) for name, value in values.items()})


CHOICES = ("a", "b", "c")


@st.composite
def conditions(
    draw: st.DrawFn, facts: dict[str, tuple[Any, ...]], number: str, thresholds: tuple[float, ...]
) -> dict[str, Any]:
    """A random condition over facts with listed values and over a number."""

    def leaf() -> st.SearchStrategy[dict[str, Any]]:
        listed = st.sampled_from(sorted(facts)).flatmap(
            lambda f: st.one_of(
                st.sampled_from(facts[f]).map(lambda v: {"fact": f, "is": v}),
                st.lists(st.sampled_from(facts[f]), min_size=1, max_size=2).map(lambda v: {"fact": f, "in": v}),
            )
        )
        comparison = st.sampled_from(("is", "at_least", "at_most"))
        tested = st.tuples(comparison, st.sampled_from(thresholds)).map(lambda t: {"fact": number, t[0]: t[1]})
        return st.one_of(listed, tested)

    return draw(
        st.recursive(
            leaf(),
            lambda inner: st.one_of(
                st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
                st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
                inner.map(lambda part: {"not": part}),
            ),
            max_leaves=5,
        )
    )


@st.composite
def knowledge_bases(draw: st.DrawFn) -> Knowledge:
    """Random knowledge: choices, a list, a yes-no, a number that may be a whole one, with thresholds between whole ones
    where it is, two layers of derived facts, evidence and vetoes."""
    base: dict[str, tuple[Any, ...]] = {
        "one": CHOICES, "two": CHOICES, "flag": (False, True), "list.x": (False, True), "list.y": (False, True)
    }  # fmt: skip
    layers = [dict(base), {**base, "low": (False, True)}, {**base, "low": (False, True), "level": LEVELS}]
    whole = draw(st.booleans())
    thresholds = (*range(7), 1.5, 4.5) if whole else tuple(range(7))
    rules = []
    for index in range(draw(st.integers(1, 10))):
        layer = draw(st.integers(0, 2))
        when = draw(st.one_of(st.none(), conditions(layers[layer], "count", thresholds)))
        strength = draw(st.sampled_from((-3, -1, 1, 2)))
        consequences = [
            evidence(draw(st.sampled_from(("left", "right"))), draw(st.sampled_from(("k1", "k2"))), strength),
            {"veto": draw(st.sampled_from(("left", "right")))},
        ]
        if layer == 0:
            consequences.append({"derive": "low", "value": True})
        if layer <= 1:
            consequences.append({"derive": "level", "value": draw(st.sampled_from(LEVELS))})
        rules.append(rule(f"r{index}", when, draw(st.sampled_from(consequences))))
    return build(
        settings={**SETTINGS, "range_sensitivity": draw(st.sampled_from(((1, 1), (0, 1), (0.2, 0.7))))},
        criteria=[criterion("k1", "level"), criterion("k2", "care")],
        questions=[
            question("one"),
            question("two"),
            question("flag", "yes-no"),
            question("list", "many", ("x", "y")),
            question("count", "number", minimum=0, maximum=6, whole=whole),
            scale("care"),
        ],
        derived=[derived("low"), derived("level", LEVELS, "medium")],
        rules=rules,
    )


@st.composite
def answer_values(draw: st.DrawFn, complete: bool = False) -> dict[str, Any]:
    """Random answers to the questions of `knowledge_bases`; None is unknown."""
    maybe = (lambda s: s) if complete else (lambda s: st.one_of(st.none(), s))
    return {
        "one": draw(maybe(st.sampled_from(CHOICES))),
        "two": draw(maybe(st.sampled_from(CHOICES))),
        "flag": draw(maybe(st.booleans())),
        "list": draw(maybe(st.sampled_from(((), ("x",), ("y",), ("x", "y"))))),
        "count": draw(maybe(st.integers(0, 6))),
        "care": draw(maybe(st.sampled_from(LEVELS))),
    }
