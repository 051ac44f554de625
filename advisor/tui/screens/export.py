"""Writing the result, or the answers, to a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, Static

from advisor.errors import AdvisorError
from advisor.session.decisions import standing
from advisor.tui.exporting import PROPOSED, Form, files_of, goes_into_folder, write
from advisor.tui.navigation import LEAVE, PALETTE
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Choices, Entry
from advisor.tui.wording import written_words

FORMATS: tuple[Entry, ...] = (
    ("json", "JSON, the whole result", ""),
    ("text", "Text", ""),
    ("html", "HTML page, for a browser or for paper", ""),
    ("record", "Decision record, Markdown, with its result beside it", ""),
    ("answers", "The answers alone, YAML", ""),
)
NONE: Entry = ("", "No, of none", "")


class ExportScreen(ModalScreen[None]):
    """Asks for a format and a path, and never overwrites without being told twice. Of a decision record it also asks
    whether it takes the place of an older one, where there are any."""

    CSS_PATH = "../export.tcss"
    # No h: it can be a part of a name.
    BINDINGS = [Binding("escape", "dismiss", "Close"), Binding("f1", "app.keys", "Keys"), PALETTE, *LEAVE]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._form: Form = "json"
        self._confirmed: Path | None = None
        self._folder = Path()
        """The folder in which an older record is being chosen."""
        self._writing = False

    def compose(self) -> ComposeResult:
        """Format, path, and what came of it."""
        with VerticalScroll(id="box", can_focus=False) as box:
            box.border_title = "Export"
            yield Static("Format", classes="label first")
            yield Choices(self._chosen, FORMATS, [self._form], id="formats")
            yield Static("File", id="where", classes="label")
            field = Input(PROPOSED[self._form], id="path")
            field.cursor_blink = False
            yield field
            with Vertical(id="older"):
                yield Static("Does it take the place of an older record?", classes="label")
                yield Choices(self._supersede, [NONE], id="records")
            yield Static("Enter on a format goes to the file; enter on the file writes it.", id="message", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin with the format."""
        self._offer([])
        self.query_one("#formats").focus()

    def _chosen(self, value: Form) -> None:
        field = self.query_one(Input)
        # A name that the user has given stays.
        if field.value in PROPOSED.values():
            field.value = PROPOSED[value]
        self._form = value
        self._offer([])
        record = value == "record"
        self.query_one("#where", Static).update("Folder of decision records" if record else "File")
        if record:
            self._say("It gets the next number there. A name that ends in .md is taken as it stands.")
        self.set_focus(field)

    def on_input_changed(self) -> None:
        """Another name has to be confirmed anew."""
        self._confirmed = None
        self._offer([])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write, unless that would overwrite something."""
        event.stop()
        if self._writing:
            return
        if not event.value.strip():
            self._say("! Give the file a name.")
            return
        try:
            self._submit(Path(event.value.strip()).expanduser())
        except AdvisorError as problem:
            self._complain(problem)
        except (OSError, RuntimeError) as problem:
            # A name that is too long, or the home of somebody who isn't there.
            self._say(f"! {event.value.strip()}: {getattr(problem, 'strerror', None) or problem}")

    def _submit(self, path: Path) -> None:
        if goes_into_folder(self._form, path):
            self._add(path)
            return
        files = files_of(self._form, path)
        folder = next((file for file in files if file.is_dir()), None)
        there = next((file for file in files if file.exists()), None)
        if folder is not None:
            self._say(f"! {folder.absolute()} is a folder.")
        elif files[-1] == path and len(files) > 1:
            self._say(f"! {path.absolute()} is the name of the record's result. Let the record's name end in .md.")
        elif there is not None and path != self._confirmed:
            self._confirmed = path
            self._say(f"! {there.absolute()} exists. Enter again replaces it; another name keeps it.")
        else:
            self._export(path)

    def _add(self, folder: Path) -> None:
        """Write a record into a folder, unless there are older ones, whose place it may take."""
        older = standing(folder)
        if not older:
            self._export(folder)
            return
        self._folder = folder
        self._offer([(path.name, f"{path.stem}{f' ({status})' if status else ''}", "") for path, status in older])
        self._say("Enter writes it. The record chosen gets the status “superseded”; nothing else in it changes.")

    def _offer(self, older: list[Entry]) -> None:
        """Show the older records, or hide their list where there are none."""
        self.query_one("#older").display = bool(older)
        if older:
            records = self.query_one("#records", Choices)
            records.show([NONE, *older], [])
            self.set_focus(records)

    def _supersede(self, name: str) -> None:
        self._offer([])
        self.set_focus(self.query_one(Input))
        self._export(self._folder, name)

    def _export(self, path: Path, supersedes: str = "") -> None:
        # At once: a second Enter may have been typed already, and would write a second record.
        self._writing = True
        self._confirmed = None
        self._say("Writing …")
        self._write(path, supersedes)

    @work
    async def _write(self, path: Path, supersedes: str) -> None:
        try:
            written = await asyncio.to_thread(write, self._sitting, self._form, path, supersedes)
        except AdvisorError as problem:
            self._complain(problem)
        else:
            self._say(f"{written_words(written, self.app.is_web)}\nEsc closes this window.")
            if self.app.is_web:
                for file in written.files:
                    self.app.deliver_binary(file)
        finally:
            self._writing = False

    def _complain(self, problem: AdvisorError) -> None:
        self._say(f"! {problem.message}\n  {problem.hint}".rstrip())

    def _say(self, text: str) -> None:
        self.query_one("#message", Static).update(text)
