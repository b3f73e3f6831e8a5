"""Whatever is handed in is read without trust, or refused with a reason and a way out."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.grading.intake import (
    MAX_BYTES,
    UnreadableError,
    parse_notebook,
    read_submission,
    take_in,
)

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Title\n", "text"]},
        {
            "cell_type": "code",
            "id": "b",
            "metadata": {"nbgrader": {"grade_id": "answer-relu"}},
            "source": "x = 1",
            "outputs": [],
        },
    ],
}


def hand_in(tmp_path, data, name="neuron.ipynb"):
    (tmp_path / name).write_bytes(data)
    return tmp_path


def encoded(notebook=NOTEBOOK):
    return json.dumps(notebook).encode()


def test_cells_come_with_kind_source_and_ids(tmp_path):
    submitted = read_submission(hand_in(tmp_path, encoded()), "neuron.ipynb")
    first, second = submitted.cells
    assert (first.kind, first.source, first.id) == ("text", "# Title\ntext", "a")
    assert (second.kind, second.source, second.grade_id) == ("code", "x = 1", "answer-relu")
    assert submitted.remarks == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + encoded(),
        json.dumps(NOTEBOOK, indent=1).replace("\n", "\r\n").encode(),
        json.dumps(NOTEBOOK).encode("utf-16"),
        encoded(NOTEBOOK | {"nbformat": 5}),
        encoded(
            {
                "nbformat": 3,
                "worksheets": [
                    {
                        "cells": [
                            {"cell_type": "markdown", "source": "# Title\ntext"},
                            {"cell_type": "code", "input": ["x = 1"], "metadata": {}},
                        ]
                    }
                ],
            }
        ),
    ],
    ids=["BOM", "CRLF", "UTF-16", "too new", "old"],
)
def test_odd_but_honest_files_are_read(tmp_path, data):
    submitted = read_submission(hand_in(tmp_path, data), "neuron.ipynb")
    assert [cell.source for cell in submitted.cells] == ["# Title\ntext", "x = 1"]


def test_surrogates_and_nul_characters_do_not_stop_the_rest():
    cells = [{"cell_type": "code", "metadata": {}, "source": "x = '\ud800'\x00\r\ny = 2"}]
    parsed, _ = parse_notebook(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert parsed[0].source == "x = '?'\ny = 2"
    parsed[0].source.encode("utf-8")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (encoded()[:40], "cannot be read as JSON"),
        (b"PK\x03\x04 not a notebook", "cannot be read as JSON"),
        (b"   \n", "the file is empty"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'{"answer": 42}', "no list of cells"),
        (b"[1, 2]", "no list of cells"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(tmp_path, data, says):
    with pytest.raises(UnreadableError, match=says) as refusal:
        read_submission(hand_in(tmp_path, data), "neuron.ipynb")
    assert "hand" in str(refusal.value)


def test_too_large_a_file_is_refused_without_reading_it(tmp_path):
    with open(tmp_path / "neuron.ipynb", "wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnreadableError, match="clear the outputs"):
        read_submission(tmp_path, "neuron.ipynb")


def test_a_link_is_not_followed(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_bytes(encoded())
    folder = tmp_path / "s01"
    folder.mkdir()
    (folder / "neuron.ipynb").symlink_to(secret)
    with pytest.raises(UnreadableError, match="link"):
        read_submission(folder, "neuron.ipynb")


def test_a_pipe_does_not_hang_the_grader(tmp_path):
    os.mkfifo(tmp_path / "neuron.ipynb")
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_submission(tmp_path, "neuron.ipynb")


def test_the_only_notebook_counts_whatever_its_name(tmp_path):
    submitted = read_submission(hand_in(tmp_path, encoded(), "My Work (1).ipynb"), "neuron.ipynb")
    assert "My Work (1).ipynb" in submitted.remarks[0]


def test_several_notebooks_are_not_guessed_between(tmp_path):
    hand_in(tmp_path, encoded(), "one.ipynb")
    hand_in(tmp_path, encoded(), "two.ipynb")
    with pytest.raises(UnreadableError, match=r"one\.ipynb.*two\.ipynb.*hand in one"):
        read_submission(tmp_path, "neuron.ipynb")


def test_no_notebook_names_what_is_there(tmp_path):
    hand_in(tmp_path, b"%PDF", "neuron.pdf")
    with pytest.raises(UnreadableError, match=r"neuron\.pdf.*hand in neuron\.ipynb"):
        read_submission(tmp_path, "neuron.ipynb")


def test_the_digest_changes_with_the_file_readable_or_not(tmp_path):
    digests = set()
    for data in (encoded(), encoded() + b" ", b"broken"):
        digests.add(take_in(hand_in(tmp_path, data), "neuron.ipynb").digest)
    (tmp_path / "neuron.ipynb").unlink()
    digests.add(take_in(tmp_path, "neuron.ipynb").digest)
    assert len(digests) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
CELL = st.dictionaries(
    st.sampled_from(["cell_type", "source", "input", "metadata", "id"]),
    JSON | st.just({"nbgrader": {"grade_id": 3}}) | st.just("code"),
)


@given(st.binary() | st.lists(CELL | JSON).map(lambda c: json.dumps({"cells": c}).encode()))
def test_no_bytes_raise_anything_but_unreadable(data):
    try:
        cells, _ = parse_notebook(data)
    except UnreadableError:
        return
    for cell in cells:
        cell.source.encode("utf-8")
        assert cell.kind in ("code", "text")
