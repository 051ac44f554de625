"""A candidate: one alternative of the decision."""

from advisor.model.base import Frozen, Identifier, Sentence


class Candidate(Frozen):
    """A framework stack that can be recommended and probed."""

    id: Identifier
    title: Sentence
    text: Sentence
    packages: tuple[str, ...]
    """Distributions that an interpreter must have for the candidate to be probed there."""
    install: Sentence
    """The command that installs it."""
    starter: str
    """A first program, short enough to paste."""
