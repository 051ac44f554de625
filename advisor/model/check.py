"""What a check of a result found."""

from advisor.model.base import FormatVersion, Frozen


class Unfollowing(Frozen):
    """Something in a result that doesn't follow."""

    path: str
    """Where it stands, as `ranking[0].score`."""
    expected: str
    """What should stand there, or what an input would have to be."""
    found: str
    """What does; both as JSON, cut where it is long."""


class CheckReport(Frozen):
    """Whether a result follows from the rules and its own inputs."""

    format_version: FormatVersion = "1.0"
    follows: bool
    """Whether all of it was found to follow."""
    same_rules: bool
    """Whether the result was made with the rules that it was checked against."""
    sealed: bool
    """Whether its digest is that of its contents."""
    replayed: bool = True
    """False where an input can't be (an answer that its question doesn't offer, say): then only the rules, the seal and
    the inputs were checked."""
    findings: tuple[Unfollowing, ...]
    """The first that doesn't follow, or all of them if so asked."""
    more: int
    """How many further ones were left out."""
