"""The journal only grows, its chain shows what was changed, and a kill loses nothing silently."""

import json
import subprocess
import sys

import pytest

from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.journal import Journal, verify


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".dlcourse" / "journal.jsonl"


def add(journal, student="ada", old=None, new=3.0, **more):
    about = {"student": student, "unit": "1-neuron", "old": old, "new": new, "verdict": "a" * 64}
    return journal.append(more.pop("what", "graded"), **about, why=more.pop("why", "first grading"))


def test_entries_follow_each_other_and_say_everything(path):
    journal = Journal(path)
    add(journal)
    add(journal, old=3.0, new=4.0, what="regraded", why="task softmax changed")
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    wanted = "sequence time who what student unit old new why verdict previous"
    assert " ".join(first) == wanted
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert first["previous"] == "0" * 64
    assert second["why"] == "task softmax changed"
    assert second["time"].endswith("+00:00")
    assert first["who"]
    assert verify(path) == []


def test_last_is_the_newest_line_also_after_opening_again(path):
    journal = Journal(path)
    add(journal, new=1.0)
    add(journal, "bob", new=2.0)
    add(journal, old=1.0, new=5.0, what="regraded")
    for each in (journal, Journal(path)):
        assert each.last("ada", "1-neuron").new == 5.0
        assert each.last("bob", "1-neuron").new == 2.0
        assert each.last("ada", "2-losses") is None


def test_two_writers_keep_one_chain(path):
    one, two = Journal(path), Journal(path)
    for _ in range(3):
        add(one)
        add(two, "bob")
    assert verify(path) == []
    assert len(path.read_text().splitlines()) == 6


def test_an_opened_but_unused_journal_makes_no_file(path):
    assert Journal(path).last("ada", "1-neuron") is None
    assert verify(path) == []
    assert not path.exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: [lines[0].replace(b"3.0", b"9.0"), *lines[1:]], "line 2 does not follow"),
        (lambda lines: [lines[0], *lines[2:]], "line 2 does not follow"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], "line 2 does not follow"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "line 1 does not follow"),
        (lambda lines: [lines[0], b"rubbish\n", *lines[1:]], "line 2 is not an entry"),
        (lambda lines: [*lines[:-1], lines[-1][:-20]], "line 4 is only half written"),
    ],
)
def test_verify_finds_what_was_done_to_the_file(path, change, problem):
    journal = Journal(path)
    for _ in range(4):
        add(journal)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    assert any(found.startswith(problem) for found in verify(path)), verify(path)


def test_a_half_written_line_is_put_aside_and_reported(path):
    journal = Journal(path)
    add(journal)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"sequence": 1, "time": "2026-03-01T12:0\xff')
    mended = Journal(path)
    assert len(mended.repairs) == 1
    assert "only half written" in mended.repairs[0]
    assert path.read_bytes() == whole
    rejected = json.loads(path.with_suffix(".rejected").read_text())
    assert rejected["line"].startswith('{"sequence": 1, "time": "2026-03-01T12:0')
    add(mended, "bob")
    assert verify(path) == []
    assert Journal(path).repairs == []


def test_a_whole_line_that_lacks_only_its_end_is_kept(path):
    journal = Journal(path)
    add(journal)
    add(journal, "bob")
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    mended = Journal(path)
    assert mended.repairs == []
    assert mended.last("bob", "1-neuron") is not None
    add(mended)
    assert verify(path) == []
    assert not path.with_suffix(".rejected").exists()


def test_a_line_that_is_there_survives_a_kill(path):
    script = (
        "import os, sys; from pathlib import Path\n"
        "from dlcourse.grading.journal import Journal\n"
        "Journal(Path(sys.argv[1])).append('graded', student='ada', unit='1-neuron', old=None,\n"
        "    new=1.0, why='', verdict='')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, path], check=False).returncode == -9
    assert Journal(path).last("ada", "1-neuron").new == 1.0


def test_odd_names_stay_on_one_line(path):
    odd = 'a\nb\u2028c\ud800"}'
    add(Journal(path), odd)
    assert len(path.read_bytes().splitlines()) == 1
    assert Journal(path).last(odd, "1-neuron").student == odd
    assert verify(path) == []


def test_a_journal_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DlcourseError, match="cannot write the journal"):
        add(Journal(tmp_path / "file" / "journal.jsonl"))
