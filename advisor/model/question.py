"""A question of the interview, and the facts its answer settles."""

import json
from math import isfinite
from typing import Any, Literal, Self

from pydantic import model_validator

from advisor.model.answer import AnswerValue
from advisor.model.base import Frozen, Identifier, Real, Scalar, Sentence
from advisor.model.fact import Fact
from advisor.model.figures import unfractioned
from advisor.model.measurement import Host

QuestionKind = Literal["one", "many", "scale", "yes-no", "number"]
HOST_NOT_MEASURED = "not-measured"
READ_OTHERWISE = frozenset({"yes", "no", "true", "false", "on", "off", "null"})
"""What YAML doesn't take for a text, though it looks like the name of an option."""


class Option(Frozen):
    """One possible choice."""

    value: Identifier
    text: Sentence
    help: str = ""


class Question(Frozen):
    """Something the advisor asks the user.

    `one` picks one option, `scale` one of ordered options (lowest first), `many` any number of them, `yes-no` is
    true or false, and `number` a number between `minimum` and `maximum`, a `whole` one where that is said.
    """

    id: Identifier
    theme: Sentence
    """The heading under which the interview groups it."""
    text: Sentence
    why: Sentence
    """Why it is asked, shown on request."""
    kind: QuestionKind
    options: tuple[Option, ...] = ()
    minimum: Real | None = None
    maximum: Real | None = None
    whole: bool = False
    """Of a number: whether it counts what can't be divided, so that a fraction is no answer."""
    unit: str = ""
    detect: Literal["os", "accelerator"] | None = None
    """The part of the measured host that proposes an answer to a question of kind `one`."""
    usual: Scalar | tuple[str, ...] | None = None
    """What most people would answer: as long as nothing is known, it is this with `Settings.usual_share`, and each
    other answer is as likely as the next. None: all answers are equally likely."""

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        values = [option.value for option in self.options]
        if self.kind in ("one", "scale", "many"):
            if len(values) < (1 if self.kind == "many" else 2):
                raise ValueError(f"a question of kind {self.kind!r} needs options")
            if len(set(values)) != len(values):
                raise ValueError("two options have the same value")
            if taken := READ_OTHERWISE.intersection(values):
                listed = ", ".join(sorted(taken))
                raise ValueError(f"an option must not be called {listed}, which YAML takes for another value")
        elif values:
            raise ValueError(f"a question of kind {self.kind!r} takes no options")
        if self.kind == "number" and (self.minimum is None or self.maximum is None or self.minimum >= self.maximum):
            raise ValueError("a question of kind 'number' needs a minimum below its maximum")
        if self.whole and (self.kind != "number" or self.minimum % 1 or self.maximum % 1):
            raise ValueError("only a question of kind 'number' takes whole, with a whole minimum and maximum")
        if self.detect and (self.kind != "one" or HOST_NOT_MEASURED in values):
            raise ValueError(f"only a question of kind 'one' without an option {HOST_NOT_MEASURED!r} takes detect")
        if self.usual is not None:
            self._require_usual(self.usual)
        return self

    def _require_usual(self, usual: Scalar | tuple[str, ...]) -> None:
        """Raise unless it is an answer as it is kept, which may be typed in other ways; a list in any order."""
        try:
            answer = self.accept(usual)
        except ValueError as problem:
            raise ValueError(f"usual: {problem}") from None
        if answer is None:
            raise ValueError(f"usual: {usual!r} is no answer; leave it out")
        if isinstance(answer, tuple) and isinstance(usual, tuple) and len(usual) == len(answer):
            return
        if usual != answer:
            raise ValueError(f"usual: {json.dumps(usual)} stands for {json.dumps(answer)}; write that")

    def accept(self, raw: Any) -> AnswerValue:
        """An answer as it is written in a file or typed, as the value it stands for; None for null, "" and "?".

        Raises `ValueError` saying what would fit.
        """
        if raw is None or raw in ("", "?"):
            return None
        match self.kind:
            case "yes-no":
                words = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
                value = words.get(raw.lower()) if isinstance(raw, str) else raw
                if not isinstance(value, bool):
                    raise ValueError(f"{raw!r} is neither yes nor no")
                return value
            case "number":
                return self._accept_number(raw)
            case "many":
                return self._accept_many(raw)
        return self._accept_option(raw)

    def _accept_number(self, raw: Any) -> int | float:
        try:
            value = float(raw) if not isinstance(raw, bool) else float("nan")
        except (TypeError, ValueError, OverflowError):
            value = float("nan")
        if not isfinite(value) or not self.minimum <= value <= self.maximum or (self.whole and value % 1):
            raise ValueError(f"{raw!r} is not {self.span}")
        return unfractioned(value)

    def _accept_many(self, raw: Any) -> tuple[str, ...]:
        names = [name.strip() for name in raw.split(",")] if isinstance(raw, str) else raw
        if names == ["none"] and all(option.value != "none" for option in self.options):
            names = []
        if not isinstance(names, (list, tuple)):
            raise ValueError(f"{raw!r} is not a list of options")
        chosen = {self._accept_option(name) for name in names}
        return tuple(option.value for option in self.options if option.value in chosen)

    def _accept_option(self, raw: Any) -> str:
        for option in self.options:
            if option.value == raw:
                return option.value
        listed = ", ".join(option.value for option in self.options)
        raise ValueError(f"{raw!r} is not one of: {listed}")

    @property
    def span(self) -> str:
        """Of a number: which it may be, in words."""
        return f"a {'whole ' if self.whole else ''}number from {self.minimum:.10g} to {self.maximum:.10g}"

    @property
    def choices(self) -> tuple[bool | str, ...]:
        """The values that there are to choose from; for a number none."""
        return (False, True) if self.kind == "yes-no" else tuple(option.value for option in self.options)

    def facts(self) -> tuple[Fact, ...]:
        """The asked facts that an answer settles: one, or for `many` one true-or-false fact an option,
        called `question.option`."""
        if self.kind == "many":
            return tuple(
                Fact(
                    id=f"{self.id}.{option.value}",
                    text=f"{self.text} {option.text}",
                    kind="asked",
                    values=(False, True),
                    ordered=True,
                )
                for option in self.options
            )
        return (
            Fact(
                id=self.id,
                text=self.text,
                kind="asked",
                values=self.choices,
                ordered=self.kind != "one",
                minimum=self.minimum,
                maximum=self.maximum,
                whole=self.whole,
            ),
        )

    @property
    def seen(self) -> Fact | None:
        """`measured.QUESTION`: the option that the measured host proposes, or `not-measured`, also where none of them
        is true of it. None where nothing of the host does."""
        if self.detect is None:
            return None
        return Fact(
            id=f"measured.{self.id}",
            text=f"As the machine that was measured has it: {self.text}",
            kind="measured",
            values=(HOST_NOT_MEASURED, *(option.value for option in self.options)),
        )

    def proposed(self, host: Host | None) -> str:
        """The option that is true of a host as far as this question detects it, else `not-measured`."""
        value = getattr(host, self.detect) if host and self.detect else None
        return value if any(option.value == value for option in self.options) else HOST_NOT_MEASURED
