"""Somebody at a keyboard."""

import io


class Typed(io.StringIO):
    """Standard input that is a terminal, on which these lines are typed."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return True
