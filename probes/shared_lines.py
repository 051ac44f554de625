"""How many lines of code a program has, counted by Python's own tokenizer."""

import io
import tokenize

_SILENT = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
)


def code_lines(source):
    """The numbers of the lines that hold code: no blank lines, comments or docstrings.

    A string that is a statement of its own counts as a docstring, wherever it stands.
    """
    lines = set()
    statement = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            if any(each.type != tokenize.STRING for each in statement):
                for each in statement:
                    lines.update(range(each.start[0], each.end[0] + 1))
            statement = []
        elif token.type not in _SILENT:
            statement.append(token)
    return lines


def count(source):
    """How many lines of a program hold code."""
    return len(code_lines(source))


def tokens(source):
    """How many tokens its code has: a measure that long lines can't hide from."""
    kept = code_lines(source)
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(1 for token in found if token.type not in _SILENT and token.start[0] in kept)
