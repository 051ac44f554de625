"""What is written is there whole or not at all, whatever the system refuses; what is read has an end."""

import errno
import os
from pathlib import Path

import pytest

from advisor.cli.main import main
from advisor.errors import InvalidInput, NoRoom
from advisor.files import read_bytes, write_together, write_whole


def refused(monkeypatch, call, names=None, code=errno.EPERM):
    """Have the system refuse one of Path's ways, to files of these names or to all."""
    real = getattr(Path, call)

    def refusing(path, *arguments, **options):
        if names is None or {path.name, *(part.name for part in arguments if isinstance(part, Path))} & set(names):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(f"advisor.files.Path.{call}", refusing)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_where_nothing_can_be_written_or_removed_that_is_said_of_the_file_that_was_named(tmp_path, monkeypatch):
    for call in ("open", "unlink"):
        refused(monkeypatch, call, code=errno.EROFS)
    path = tmp_path / "new.txt"
    for write in (lambda: write_whole(path, "text"), lambda: write_together({path: "text"})):
        with pytest.raises(InvalidInput, match="new.txt: can't be written: Read-only file system"):
            write()


def test_a_file_in_the_place_of_a_folder_is_said_of_the_file_that_was_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match=r"file/x.txt: can't be written: Not a directory"):
        write_whole(tmp_path / "file" / "x.txt", "text")


def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path):
    path = tmp_path / ("漢" * 84)
    write_whole(path, "text")
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("linked", [True, False])
def test_where_the_last_of_several_files_may_not_be_changed_the_others_are_put_back(tmp_path, monkeypatch, linked):
    new, old, shut = (tmp_path / name for name in ("new", "old", "shut"))
    for path in (old, shut):
        path.write_text("before")
    if not linked:
        refused(monkeypatch, "hardlink_to")
    refused(monkeypatch, "replace", ["shut"])
    refused(monkeypatch, "write_bytes", ["shut"])
    with pytest.raises(InvalidInput, match="shut: can't be written"):
        write_together(dict.fromkeys((new, old, shut), "after"), new=(new,))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "before", "shut": "before"}


def test_a_name_that_was_claimed_without_links_is_free_again_where_that_fails(tmp_path, monkeypatch):
    for call in ("hardlink_to", "replace"):
        refused(monkeypatch, call)
    with pytest.raises(InvalidInput):
        write_together({tmp_path / "new": "text"}, new=(tmp_path / "new",))
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_a_failure_wherever_one_writes(capsys):
    with pytest.raises(NoRoom, match="/dev/full: can't be written: No space left"):
        write_whole(Path("/dev/full"), "text")
    assert main(["rules", "list", "-o", "/dev/full"]) == 1
    assert capsys.readouterr().err.endswith("\n  Make room, or write it somewhere else.\n")


def test_room_that_runs_out_meanwhile_is_a_failure_too(tmp_path, monkeypatch):
    refused(monkeypatch, "replace", code=errno.ENOSPC)
    with pytest.raises(NoRoom):
        write_whole(tmp_path / "new", "text")
    assert names(tmp_path) == []


def test_nothing_is_read_without_end(tmp_path):
    (tmp_path / "long").write_bytes(b"12345")
    assert read_bytes(tmp_path / "long", 5) == b"12345"
    with pytest.raises(OSError, match="it is longer than 0 MiB"):
        read_bytes(tmp_path / "long", 4)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
@pytest.mark.parametrize(
    "command",
    [
        "--json --answers /dev/zero",
        "--text --probe none --measurements /dev/zero",
        "report /dev/zero",
        "check /dev/zero",
        "verify /dev/zero",
    ],
)
def test_what_never_ends_is_refused(capsys, command):
    assert main(command.split()) == 2
    assert "/dev/zero: can't be read: it is longer than " in "".join(capsys.readouterr())
