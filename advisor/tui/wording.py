"""How answers, verdicts, outcomes and numbers are worded on the screens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Host, Interpreter, Measurement, Outcome
from advisor.model.question import Question
from advisor.model.recommendation import Settled
from advisor.probing.events import Event
from advisor.report.words import Words, gpu_words
from advisor.tui.exporting import Written
from advisor.tui.sitting import Sitting, Theme
from advisor.tui.tally import Tally

ORIGINS = {
    "file": "saved earlier",
    "flag": "given on the command line",
    "scan": "found in your project",
    "default": "taken from the measured machine",
}

SETTLED: dict[Settled, str] = {"proven": "Settled", "as-good-as": "As good as settled", "open": ""}
"""Whether open answers can still change the verdict, as a mark; empty where they can."""

DRAWN = (
    "Weights, the strength of evidence, measured numbers and open answers are uncertain, so they are drawn at random "
    "many times."
)
"""What the shares and ranges of a result come from."""


def answered_words(sitting: Sitting) -> str:
    """How many questions are answered, and how many of the answers are saved: a status that 80 columns have room
    for."""
    done = f"{sitting.answered} of {len(sitting.questions)} answered"
    if sitting.trouble:
        return f"{done}, not saved"
    kept = sitting.kept if sitting.options.profile else 0
    if not kept:
        return done
    return f"{done}, saved" if kept == sitting.answered else f"{done}, {kept} saved"


def answer_mark(answer: Answer | None) -> str:
    """A mark for a list of questions: answered, don't know, or open."""
    if answer is None:
        return "·"
    return "?" if answer.value is None else "✓"


def theme_words(theme: Theme) -> str:
    """How many of a theme's questions have been dealt with."""
    return f"{theme.answered}/{len(theme.questions)}"


def leading_words(knowledge: Knowledge, question: Question, leads_to: Mapping[str, str | None]) -> str:
    """Who would lead with which answer to a question, in a sentence; empty where nothing is known of it."""
    if not leads_to:
        return ""
    texts = {option.value: option.text for option in question.options}
    with_: dict[str | None, list[str]] = {}
    for answer, leader in leads_to.items():
        with_.setdefault(leader, []).append(f"“{texts.get(answer, answer)}”")
    usual = max(with_, key=lambda leader: len(with_[leader]))
    others = [f"with {', '.join(answers)} {_leads(knowledge, who)}" for who, answers in with_.items() if who != usual]
    if not others:
        said = f"{_leads(knowledge, usual)} whatever the answer."
    else:
        said = f"{'; '.join(others)}; otherwise {_leads(knowledge, usual)}."
    return said[0].upper() + said[1:]


def _leads(knowledge: Knowledge, candidate: str | None) -> str:
    return f"{Words(knowledge).candidate(candidate)} would lead" if candidate else "none would be feasible"


def signed(points: float) -> str:
    """Points with their sign, to a tenth."""
    return f"{points:+.1f}".replace("-", "−")


def unsigned(points: float) -> str:
    """Points to a tenth, with a proper minus sign."""
    return f"{points:.1f}".replace("-", "−")


def host_words(host: Host) -> str:
    """The machine in a line."""
    memory = f"{host.memory_usable_bytes / 2**30:.0f} of {host.memory_bytes / 2**30:.0f} GiB usable"
    cores = f"{host.cores_usable} of {host.cores} cores usable"
    return f"{host.cpu}, {cores}; {memory}; {gpu_words(host)}; {host.os} {host.release}"


def interpreter_words(interpreter: Interpreter) -> str:
    """A Python in a line: its version and its packages."""
    packages = ", ".join(f"{name} {version}" for name, version in interpreter.packages.items())
    return f"{interpreter.path}: Python {interpreter.python}: {packages or 'none of the frameworks'}"


def unsteady(outcome: Outcome) -> list[Measurement]:
    """The measurements of a probe that can be trusted less, noisy or unusable."""
    return [measurement for measurement in outcome.measurements if measurement.quality != "good"]


def progress_words(event: Event) -> str:
    """How far the probes are and, once there is anything to go by, how long the rest will take."""
    left = f", {about_minutes(event.eta_s)} left" if event.eta_s is not None else ""
    return f"probe {event.index} of {event.total}{left}"


def tally_words(tally: Tally, probes: Mapping[str, str]) -> str:
    """What came of a candidate's probes so far, and which is at work; `probes` has their titles."""
    counts = Counter(tally.unsteady.values())
    said = [f"! {counts[quality]} {quality}" for quality in ("noisy", "unusable") if counts[quality]]
    if tally.lost:
        said.append(f"{tally.lost} failed or not tried")
    if tally.at is not None:
        probe = probes.get(tally.at.probe, tally.at.probe)
        launch = f" (launch {tally.at.launch} of {tally.at.launches})" if tally.at.launches > 1 else ""
        said.append(f"now: {probe[:1].lower()}{probe[1:]}{launch}")
    elif tally.done < tally.total:
        said.append("waits for its turn")
    return "; ".join(said)


def outcomes_words(outcomes: Sequence[Outcome]) -> str:
    """What came of a candidate's probes, in a few words."""
    worked = sum(outcome.works for outcome in outcomes)
    cancelled = sum(outcome.cause == "cancelled" for outcome in outcomes)
    if not worked:
        return "cancelled" if cancelled else "not measured"
    numbers = sum(len(outcome.measurements) for outcome in outcomes)
    counts = Counter(number.quality for outcome in outcomes for number in unsteady(outcome))
    told = f"{worked} of {len(outcomes)} probes worked"
    if cancelled:
        told += f", {cancelled} cancelled"
    doubted = [quality for quality in ("noisy", "unusable") if counts[quality]]
    doubts = [f"{counts[quality]} of {numbers} numbers {quality}" for quality in doubted]
    return f"{told}; ! {', '.join(doubts)}" if doubts else told


def measuring_words(events: Sequence[Event]) -> str:
    """How long the probes will go on, in as few words as there is room for in a corner."""
    last = events[-1] if events else None
    if last is None:
        return "measuring …"
    if last.eta_s is None:
        return f"measuring: probe {last.index} of {last.total}"
    return f"measuring: {about_minutes(last.eta_s).removeprefix('about ')} left"


def about_minutes(seconds: float) -> str:
    """A length of time as one would say it."""
    if seconds < 50:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    minutes = max(1, round(seconds / 60))
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"


def written_words(written: Written, sent: bool) -> str:
    """What was exported; `sent`: to a browser as well."""
    where, *beside = written.files
    words = f"✓ Written to {where.absolute()}"
    if beside:
        words += f", status proposed, with {beside[0].name} beside it"
    if sent:
        words += " on the server, and sent to your browser"
    if written.superseded:
        words += f". {written.superseded.name} is marked as superseded"
    return words
