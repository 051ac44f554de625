"""YAML as data: what is merged, and what can't be read."""

import pytest

from advisor.nodes import MOST, Malformed, parse


@pytest.mark.parametrize(
    ("text", "c"),
    [
        ("base: &b {x: 1}\na: &a {<<: *b, x: 2}\nc: *a", {"x": 2}),
        ("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nd: &d {<<: *b, x: 3}\nc: *b", {"x": 1, "y": 2}),
        ("a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}", {"x": 1, "y": 3, "z": 2}),
        ("c: &a {<<: *a, x: 1}", {"x": 1}),
        ("c: {'<<': 1}", {"<<": 1}),
    ],
)
def test_what_is_merged_is_there_however_often_it_is_named(text, c):
    assert parse(text)[1]["c"] == c


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        *((f"x: 1\nstage: !!{tag}", 2, "a value that can't be read") for tag in ("bool a", "timestamp a", "int ''")),
        ("x: 1\n<<: 2", 2, "`<<` takes in mappings only"),
        ("<<:\n  ? [x]\n  : 1", 2, "a key must be a plain word"),
        ("<<:\n  x: 1\n  x: 2", 3, "'x' is given twice"),
        ("{<<: " * 9000 + "}" * 9000, 1, "nested too deeply"),
        (
            "a0: &a0 {k0: 0}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 0}}\n" for n in range(1, 1500)),
            1413,
            f"more than {MOST:,} lists and mappings",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text, line, message):
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert (caught.value.line, caught.value.message) == (line, message)
