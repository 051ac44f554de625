"""Text that can't move a terminal's cursor."""

_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n")})


def plain(text: str) -> str:
    """Text without control characters, but for tabs and line ends."""
    return text.translate(_CONTROLS)
