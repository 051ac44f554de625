"""Writing the result, or the answers, to a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from advisor.errors import AdvisorError
from advisor.files import write_together, write_whole
from advisor.session.answers import save_answers
from advisor.tui.navigation import LEAVE, PALETTE
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Choices, Entry

TEXT_WIDTH = 100
FORMATS: tuple[Entry, ...] = (
    ("json", "JSON, the whole result", ""),
    ("text", "Text", ""),
    ("html", "HTML page, for a browser or for paper", ""),
    ("record", "Decision record, Markdown, with its result beside it", ""),
    ("answers", "The answers alone, YAML", ""),
)
NAMES = {
    "json": "recommendation.json",
    "text": "recommendation.txt",
    "html": "recommendation.html",
    "record": "decision-record.md",
    "answers": "answers.yaml",
}


class ExportScreen(ModalScreen[None]):
    """Asks for a format and a path, and never overwrites without being told twice."""

    CSS_PATH = "../export.tcss"
    # No h: it can be a part of a name.
    BINDINGS = [Binding("escape", "dismiss", "Close"), Binding("f1", "app.keys", "Keys"), PALETTE, *LEAVE]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._format = "json"
        self._confirmed: Path | None = None

    def compose(self) -> ComposeResult:
        """Format, path, and what came of it."""
        with VerticalScroll(id="box", can_focus=False) as box:
            box.border_title = "Export"
            yield Static("Format", classes="label first")
            yield Choices(self._chosen, FORMATS, [self._format], id="formats")
            yield Static("File", classes="label")
            field = Input(NAMES[self._format], id="path")
            field.cursor_blink = False
            yield field
            yield Static("Enter on a format goes to the file; enter on the file writes it.", id="message", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin with the format."""
        self.query_one(Choices).focus()

    def _chosen(self, value: str) -> None:
        field = self.query_one(Input)
        # A name that the user has given stays.
        if field.value in NAMES.values():
            field.value = NAMES[value]
        self._format = value
        self.set_focus(field)

    def on_input_changed(self) -> None:
        """Another name has to be confirmed anew."""
        self._confirmed = None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write, unless that would overwrite something."""
        event.stop()
        if not event.value.strip():
            self._say("! Give the file a name.")
            return
        path = Path(event.value.strip()).expanduser().absolute()
        files = _files(path, self._format)
        folder = next((file for file in files if file.is_dir()), None)
        there = next((file for file in files if file.exists()), None)
        if folder is not None:
            self._say(f"! {folder} is a folder.")
        elif files[-1] == path and len(files) > 1:
            self._say(f"! {path} is the name of the record's result. Let the record's name end in .md.")
        elif there is not None and path != self._confirmed:
            self._confirmed = path
            self._say(f"! {there} exists. Enter again replaces it; another name keeps it.")
        else:
            self._export(path, self._format)

    @work(exclusive=True)
    async def _export(self, path: Path, wanted: str) -> None:
        self._confirmed = None
        self._say("Writing …")
        try:
            await asyncio.to_thread(_write, self._sitting, wanted, path)
        except AdvisorError as problem:
            self._say(f"! {problem.message}\n  {problem.hint}".rstrip())
        else:
            beside = f", with {_beside(path).name} beside it" if wanted == "record" else ""
            sent = " on the server, and sent to your browser" if self.app.is_web else ""
            self._say(f"✓ Written to {path}{beside}{sent}\nEsc closes this window.")
            if self.app.is_web:
                for file in _files(path, wanted):
                    self.app.deliver_binary(file)

    def _say(self, text: str) -> None:
        self.query_one("#message", Static).update(text)


def _files(path: Path, wanted: str) -> list[Path]:
    """What is written."""
    return [path, _beside(path)] if wanted == "record" else [path]


def _write(sitting: Sitting, wanted: str, path: Path) -> None:
    if wanted == "answers":
        save_answers(path, sitting.answers)
    elif wanted == "record":
        _write_record(sitting, path)
    else:
        write_whole(path, _rendered(sitting, wanted))


def _rendered(sitting: Sitting, wanted: str) -> str:
    result = sitting.recommendation()
    if wanted == "json":
        return result.model_dump_json(indent=2) + "\n"
    if wanted == "text":
        from advisor.report.text import render

        return render(result, sitting.knowledge, TEXT_WIDTH)
    from advisor.report.html.page import render

    return render(result, sitting.knowledge)


def _write_record(sitting: Sitting, record: Path) -> None:
    """The record and, beside it, the result that it was made of, without which nothing could be verified later."""
    from advisor.report.record import Kept, render
    from advisor.session.decisions import digest

    result, beside = sitting.recommendation(), _beside(record)
    kept = result.model_dump_json(indent=1) + "\n"
    text = render(result, sitting.knowledge, Kept(str(record), beside.name, digest(kept)))
    write_together({beside: kept, record: text})


def _beside(record: Path) -> Path:
    """Where the result of a record goes."""
    return record.with_suffix(".json")
