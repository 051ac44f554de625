"""Decision records from the application: the same as the command line's."""

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from advisor.cli.main import main
from advisor.knowledge.load import load
from advisor.session.decisions import read_record
from advisor.tui.exporting import as_json
from tests.support.knowledge import answered
from tests.tui.tui_support import make_app, press

RECORDS = Path("docs/decisions")


@pytest.fixture
def app(tmp_path, monkeypatch):
    (tmp_path / "by-keys").mkdir()
    monkeypatch.chdir(tmp_path / "by-keys")
    return make_app(knowledge=load(), answers=answered(load(), {"stage": "research"}), level=None)


def said(app) -> str:
    return str(app.screen.query_one("#message", Static).render())


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()} if folder.is_dir() else {}


def by_flags(app, monkeypatch, *flags: str) -> dict[str, str]:
    """What `advisor report` writes of the same result, in a folder of its own."""
    here = Path.cwd()
    there = here.with_name("by-flags")
    there.mkdir(exist_ok=True)
    with monkeypatch.context() as elsewhere:
        elsewhere.chdir(there)
        Path("result.json").write_text(as_json(app.sitting.recommendation()))
        assert main(["report", "result.json", "--into", *flags]) == 0
        return written(RECORDS)


async def test_a_record_is_numbered_and_supersedes_as_on_the_command_line(app, monkeypatch):
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v | x | 4 |")
        assert app.screen.query_one(Input).value == RECORDS.as_posix()
        await press(pilot, "enter enter |")
        assert written(RECORDS) == by_flags(app, monkeypatch), "one, however fast somebody types"
        (first,) = RECORDS.glob("*.md")
        assert read_record(first).status == "proposed"
        assert f"{first.absolute()}, status proposed, with {first.stem}.json beside it" in said(app)

        await press(pilot, "enter |")
        records = app.screen.query_one("#records", OptionList)
        assert app.focused is records and len(written(RECORDS)) == 2, "it asks first"
        assert [option.id for option in records.options] == ["", first.name]
        await press(pilot, "down enter |")
        assert written(RECORDS) == by_flags(app, monkeypatch, "--supersedes", "1")
        assert read_record(first).status == "superseded by ADR-0002"
        assert f"{first.name} is marked as superseded" in said(app)

        await press(pilot, "enter |")
        (second,) = RECORDS.glob("0002-*.md")
        assert [option.id for option in records.options] == ["", second.name], "not those that were superseded before"
        await press(pilot, "enter |")
        assert written(RECORDS) == by_flags(app, monkeypatch), "of none"


async def test_a_record_that_cannot_be_superseded_leaves_everything_as_it_was(app):
    RECORDS.mkdir(parents=True)
    (RECORDS / "0003-a.md").write_text("---\nstatus: [accepted\n---\n# A\n")
    before = written(RECORDS)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v | x | 4 | enter | down enter |")
        assert "0003-a.md:3: the front matter is not valid YAML" in said(app)
        assert written(RECORDS) == before
        await press(pilot, "enter | enter |")
        assert [path.name[:5] for path in RECORDS.glob("*.json")] == ["0004-"]


async def test_a_name_that_cannot_be_one_is_refused(app):
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter | v | x | 4 |")
        for name in ("x" * 300, f"{'x' * 300}.md", "~nobody-of-that-name/x.md"):
            app.screen.query_one(Input).value = name
            await press(pilot, "enter |")
            assert said(app).startswith(f"! {name}")
        assert list(Path().iterdir()) == []
