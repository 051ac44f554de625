"""What became of measuring one candidate against itself."""

from statistics import median

from pydantic import ConfigDict, Field, computed_field

from advisor.model.base import FormatVersion, Frozen
from advisor.model.measurement import Level, Word


class Trial(Frozen):
    """Two copies of one candidate, compared by one metric."""

    probe: str
    metric: str
    copies: tuple[str, str]
    true_ratio: float = Field(gt=0)
    """1, or with a planted slowdown what the first copy's number was multiplied by."""
    ratio: float = Field(gt=0)
    low: float = Field(gt=0)
    high: float = Field(gt=0)
    smallest_difference: float = Field(gt=0)
    word: Word

    @property
    def different(self) -> bool:
        """Whether a difference is claimed."""
        return self.word not in ("same", "undecided")

    @property
    def covered(self) -> bool:
        """Whether the interval holds the true ratio."""
        return self.low <= self.true_ratio <= self.high


class SelfCheck(Frozen):
    """The result of `advisor probe --self-check`."""

    # What is worked out from the trials stands in the document too, and need not be read back.
    model_config = ConfigDict(extra="ignore")

    format_version: FormatVersion = "1.0"
    candidate: str
    interpreter: str
    level: Level
    alike: tuple[Trial, ...]
    """All copies alike: every difference claimed is false."""
    slowed: tuple[Trial, ...]
    """The last copy slowed in each probe by the smallest difference that the run before claimed it could find."""

    @computed_field
    @property
    def false_differences(self) -> float:
        """Share of the comparisons of like with like in which a difference is claimed."""
        return sum(trial.different for trial in self.alike) / len(self.alike)

    @computed_field
    @property
    def coverage(self) -> float:
        """Share of all comparisons whose interval holds the true ratio."""
        trials = (*self.alike, *self.slowed)
        return sum(trial.covered for trial in trials) / len(trials)

    @computed_field
    @property
    def found(self) -> float | None:
        """Share of the planted slowdowns that are found; None when none was planted."""
        return sum(trial.different for trial in self.slowed) / len(self.slowed) if self.slowed else None

    @computed_field
    @property
    def smallest_difference(self) -> float:
        """Median over the metrics of the smallest difference that a run says it could find, as a ratio."""
        return median({trial.metric: trial.smallest_difference for trial in self.alike}.values())
