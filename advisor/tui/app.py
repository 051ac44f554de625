"""The application: it holds the sitting and moves between the screens."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.screen import Screen
from textual.theme import ThemeProvider

from advisor.errors import Exit
from advisor.model.answer import Answer
from advisor.model.knowledge import Knowledge
from advisor.report.plain import plain
from advisor.tui.hang_up import on_hang_up
from advisor.tui.measuring import Ended, Measuring, Obtain, Progressed
from advisor.tui.navigation import Go
from advisor.tui.options import Options
from advisor.tui.screens.keys import KeysScreen
from advisor.tui.screens.palette import Palette
from advisor.tui.screens.welcome import WelcomeScreen
from advisor.tui.sitting import Sitting
from advisor.tui.themes import DARK, LIGHT

__all__ = ["AdvisorApp", "Options", "run"]

COMMON_KEYS = {
    "app.focus_next": "Next part of the screen",
    "app.focus_previous": "Part of the screen before",
    "command_palette": "Command palette: colours and more",
    "screen.copy_text": "",
    "scroll_left": "",
    "scroll_right": "",
    "page_left": "",
    "page_right": "",
}
"""Our words for what Textual calls some actions; empty for those that do nothing here."""


class AdvisorApp(App[int]):
    """Asks, measures, and shows the verdict; returns the exit code."""

    TITLE = "advisor"
    CSS_PATH = ["app.tcss", "welcome.tcss"]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (130, "-widest")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]
    BINDINGS = [
        Binding("h,f1", "keys", "Keys"),
        Binding("ctrl+s", "export", "Export", show=False),
        Binding("ctrl+c", "interrupt", "Quit", show=False, system=True),
        Binding("ctrl+q", "quit", "Quit", show=False),
    ]

    def __init__(
        self,
        knowledge: Knowledge,
        answers: Mapping[str, Answer],
        options: Options,
        obtain: Obtain | None = None,
        renew: Obtain | None = None,
    ) -> None:
        """`obtain` takes the measurements and `renew` those of one candidate again, by default as
        `advisor.probing.run` does."""
        super().__init__()
        self.sitting = Sitting(knowledge, dict(answers), options, self._warn)
        self.measuring = Measuring(self.sitting, obtain, renew)
        self.failure: BaseException | None = None
        """What went wrong inside the application and ended it."""
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name

    def get_default_screen(self) -> WelcomeScreen:
        """The first screen, instead of an empty one below it."""
        return WelcomeScreen(self.sitting)

    async def on_go(self, event: Go) -> None:
        """Show the screen that another asked for; with the interview, measuring begins."""
        # Each is imported when it is first shown: nobody waits for it before the first screen.
        sitting, measuring = self.sitting, self.measuring
        match event.to:
            case "interview":
                from advisor.tui.screens.interview import InterviewScreen

                if isinstance(self.screen, WelcomeScreen) and sitting.wants_probing:
                    measuring.start(self, measuring.level, sitting.options.fresh)
                sitting.course.enter(event.question, event.manner)
                screen = InterviewScreen(sitting, measuring)
            case "probing":
                from advisor.tui.screens.probing import ProbingScreen

                screen = ProbingScreen(sitting, measuring, event.question, event.manner)
            case _:
                from advisor.tui.screens.verdict import VerdictScreen

                screen = VerdictScreen(sitting, measuring)
        # Textual doesn't let its first screen be taken away.
        await (self.push_screen(screen) if isinstance(self.screen, WelcomeScreen) else self.switch_screen(screen))

    def on_progressed(self, message: Progressed) -> None:
        """Keep account of the probes, and tell the screens."""
        self.measuring.record(message)
        for screen in self.screen_stack:
            screen.post_message(Progressed(message.event))

    def on_ended(self, message: Ended) -> None:
        """Take what was measured, and tell the screens."""
        told = self.measuring.close(message)
        self.measuring.go_on(self)
        for screen in self.screen_stack:
            screen.post_message(Ended(told.measurements, told.problem))

    def action_keys(self) -> None:
        """List the keys of the screen shown, its own before those of lists and fields."""
        found: dict[str, list[str]] = {}
        own = (self, self.screen)
        active = self.screen.active_bindings.values()
        for _, binding, enabled, _ in sorted(active, key=lambda entry: entry.node not in own or entry.binding.system):
            text = COMMON_KEYS.get(binding.action, binding.description)
            # What a list offers in the name of its screen, not every screen has.
            of_screen = binding.action.startswith("screen.")
            missing = of_screen and not hasattr(self.screen, binding.action.replace("screen.", "action_"))
            if enabled and text and not missing:
                found.setdefault(text, []).append(self.get_key_display(binding))
        self.push_screen(KeysScreen([(" ".join(keys), text) for text, keys in found.items()]))

    def get_system_commands(self, screen: Screen) -> Iterable[SystemCommand]:
        """What the command palette offers."""
        yield SystemCommand("Colours", "Choose a theme, dark or light", self.action_change_theme)
        yield SystemCommand("Keys", "List the keys of this screen", self.action_keys)
        yield SystemCommand("Export", "Write the answers or the result to a file", self.action_export)
        picture = partial(self.deliver_screenshot, path=os.curdir)
        # Once the palette is gone.
        yield SystemCommand("Picture", "Save a picture of this screen here", lambda: self.set_timer(0.1, picture))
        leaving = "Leave; answers are not saved" if self.sitting.trouble else "Leave; answers are saved"
        yield SystemCommand("Quit", leaving, self.action_quit)

    def action_command_palette(self) -> None:
        """Open the command palette."""
        if not CommandPalette.is_open(self):
            self.push_screen(Palette(id="--command-palette"))

    def search_themes(self) -> None:
        """Open the palette with the themes."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def _warn(self, trouble: str) -> None:
        """Say why answers aren't saved, and how they aren't lost."""
        told = f"{trouble}\nCtrl+S writes them to a file. When you leave, they are given as flags of any command."
        self.notify(told, title="Answers are not saved", severity="warning", timeout=15, markup=False)

    def action_export(self) -> None:
        """Write the answers or the result to a file."""
        from advisor.tui.screens.export import ExportScreen

        self.push_screen(ExportScreen(self.sitting))

    async def action_quit(self) -> None:
        """Leave; whatever is being measured is stopped first."""
        await self._leave(Exit.ANSWERED)

    async def action_interrupt(self) -> None:
        """Leave with the exit code of an interrupted program."""
        await self._leave(Exit.INTERRUPTED)

    async def _leave(self, code: Exit) -> None:
        self.measuring.abandon()
        self.exit(int(code))

    def _fatal_error(self) -> None:
        # Textual's own would for seconds write out the variables of every frame, the user's answers among them.
        self.failure = self.failure or sys.exc_info()[1]
        self.panic()

    async def on_unmount(self) -> None:
        """Leave no probe behind, however the application ends."""
        await self.measuring.stop()


def run(knowledge: Knowledge, answers: Mapping[str, Answer], options: Options) -> int:
    """Run the application in the terminal until the user leaves it; returns the exit code. Raises what went wrong
    inside it."""
    app = _InTerminal(knowledge, answers, options)
    on_hang_up(app.abandon)
    try:
        code = app.run()
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    finally:
        app.measuring.abandon()
        app.measuring.join()
    if unsaved := app.sitting.unsaved():
        # The terminal may be gone.
        with suppress(OSError):
            print(plain(unsaved), file=sys.stderr)
    if app.failure:
        raise app.failure
    return int(app.return_code or code or Exit.ANSWERED)


class _InTerminal(AdvisorApp):
    """Leaves in good order on signals too, and when its terminal is closed: no probe may stay behind."""

    async def on_mount(self) -> None:
        # The command line leaves garbage alone until there is something to see; what lives by now lives to the end.
        self.call_after_refresh(gc.freeze)
        self.call_after_refresh(gc.enable)
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            # Windows has no such handlers, and no SIGHUP.
            with suppress(NotImplementedError, AttributeError):
                loop.add_signal_handler(getattr(signal, name), self.exit, int(Exit.INTERRUPTED))

    def abandon(self) -> None:
        """End the process without touching the terminal, which is gone; the answers are on disk."""
        self.measuring.abandon()
        self.measuring.join()
        os._exit(Exit.INTERRUPTED)
