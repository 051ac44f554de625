"""Textual's command palette, which outlives a key that comes too early."""

from contextlib import suppress

from textual.command import CommandPalette


class Palette(CommandPalette):
    """Lists commands, or whatever its providers have."""

    def _action_command_list(self, action: str) -> None:
        # Its list can't go a page further before it has been drawn; that would end the application.
        with suppress(LookupError):
            super()._action_command_list(action)
