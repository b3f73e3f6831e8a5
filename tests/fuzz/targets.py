"""What the fuzzers feed: the parsers of what a student controls, and what reads their results.

A target takes bytes and returns; it raises only when the grader would do what it must not.
"""

import json
import struct
from pathlib import Path

import numpy as np

from dlcourse.grading.calling import same
from dlcourse.grading.compare import compare, describe, same_numbers
from dlcourse.grading.inside import wire
from dlcourse.grading.intake import (
    MAX_CELLS,
    MAX_SOURCE,
    Submitted,
    UnreadableError,
    parse_notebook,
)
from dlcourse.grading.similar import fingerprint
from dlcourse.grading.spec import Case
from dlcourse.grading.staging import Release, flags, rebuilt, stage
from dlcourse.grading.tasks import find_unit
from dlcourse.grading.tasks.neuron.gates import verify_gate, verify_xor

ROOT = Path(__file__).parents[2]
UNIT = find_unit(1)
RELEASE = Release((ROOT / "exercises" / "1-neuron" / "neuron.ipynb").read_bytes(), UNIT)
EXPECTED = (
    np.float64(0.5),
    np.zeros(3),
    np.zeros((2, 2), np.float32),
    (np.zeros((2, 1)), np.zeros(1)),
    {"w": np.zeros(2), "b": 0.0},
)


class Feed:
    """A socket that holds these bytes and then hangs up."""

    def __init__(self, data):
        self.data = memoryview(data)

    def gettimeout(self):
        """There is nothing to wait for."""

    def recv(self, size):
        data, self.data = bytes(self.data[:size]), self.data[size:]
        return data

    def recv_into(self, view):
        count = min(len(view), len(self.data))
        view[:count] = self.data[:count]
        self.data = self.data[count:]
        return count


def frame(data):
    """Receive and decode frames, and compare what came with what is right."""
    feed = wire.Buffered(Feed(data))
    while True:
        try:
            value = wire.decode(*wire.receive(feed))
        except (wire.ProtocolError, wire.ClosedError):
            return
        judged(value)


def judged(value):
    """Put a student's value through everything that the grader does with values."""
    sentences = [describe(value), verify_xor(Case(), value)]
    sentences += [verify_gate(Case((gate,)), value) for gate in ("and", "or", "nand")]
    for expected in EXPECTED:
        found = compare(value, expected)
        sentences += [found.wrong, found.remark]
        same_numbers(value, expected, "float64")
        same(value, expected)
    for sentence in sentences:
        assert len(sentence.encode("utf-8")) < 10_000, sentence[:200]


def parsed(data):
    try:
        return "", *parse_notebook(data)
    except UnreadableError as error:
        return str(error), [], []


def notebook(data):
    """Parse, repair and record a submission."""
    refusal, cells, remarks = parsed(data)
    assert len(refusal) < 1_000
    assert len(cells) <= MAX_CELLS
    assert all(len(cell.source) <= MAX_SOURCE for cell in cells)
    submitted = Submitted(tuple(cells), "", tuple(remarks))
    staged = stage(submitted, RELEASE)
    for source in staged.answers.values():
        fingerprint(source)
    told = [staged.repairs, flags(submitted, UNIT), [cell.id for cell in staged.cells]]
    assert len(json.dumps(told[:2])) < 20_000
    for record in (told, rebuilt(RELEASE.document, staged)):
        json.dumps(record, ensure_ascii=False).encode("utf-8")


TARGETS = {"frame": frame, "notebook": notebook}


def seeds(name):
    """Real frames, or real notebooks, for a fuzzer to start from."""
    return list(_frames() if name == "frame" else _notebooks())


def _frames():
    reply = {"nonce": "00ff", "value": None, "error": "", "warnings": (), "arguments": ()}
    layer = (np.ones((2, 2)), np.zeros(2))
    for value in (
        None,
        1.5,
        float("nan"),
        2**80,
        "text",
        "x" * 300,
        np.arange(6.0).reshape(2, 3),
        np.float32(2),
        np.zeros((0, 3), np.int8),
        [[0.5] * 4] * 3,
        [np.float32(1)] * 9,
        [1, "x", None, True],
        [layer, (np.ones((2, 1)), -1.5)],
        {"w": [1, 1], "b": -1.5, 3: {"deep": [[[]]]}},
    ):
        yield wire.encode(reply | {"value": value})
        yield wire.encode(value)
    yield wire.encode(reply | {"warnings": ("overflow encountered in exp",), "arguments": (layer,)})
    yield wire.encode({"nonce": "00ff", "error": "SyntaxError: x", "line": 3, "stdout": "a\n"})
    yield wire.encode({"status": -9, "wall_s": 0.5, "cpu_s": 0.1, "peak_bytes": 1 << 20})
    yield struct.pack("<II", 1 << 31, 0)


def _notebooks():
    cell = {"cell_type": "code", "id": "a1", "metadata": {}, "outputs": [], "source": "x = 1\n"}
    grading = {"nbgrader": {"grade_id": "answer-relu", "solution": True}}
    answer = cell | {"metadata": grading, "source": ["def relu(z):\n", "    return z\n"]}
    check = cell | {"metadata": {}, "source": 'check("relu", relu)'}
    text = {"cell_type": "markdown", "metadata": {}, "source": "# \u00e9"}
    new = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell, answer, check, text]}
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}
    for document in (new, old, new | {"nbformat": "five"}, new | {"cells": [None, 3, {}]}):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            yield json.dumps(document).encode(encoding)
    yield (ROOT / "solutions" / "1-neuron" / "neuron.ipynb").read_bytes()
    yield b""
