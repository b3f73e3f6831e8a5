"""No bytes make the parsers fail in a way that is not declared, or take memory beyond the caps."""

import json
import subprocess
import sys
import tracemalloc
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets import TARGETS, notebook, seeds

from dlcourse.grading import intake
from dlcourse.grading.inside import packing

HERE = Path(__file__).parent
MIB = 1 << 20

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
sources = st.sampled_from(
    ["x = 1", "%matplotlib inline", "def relu(z):\n    return z", 'check("relu", relu)', "(" * 300]
)
ids = st.sampled_from(["answer-relu", "test-relu", "free-choose_the_output", "", "\ud800"])


def cell():
    metadata = st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": ids | plain})})
    return st.fixed_dictionaries(
        {},
        optional={
            "cell_type": st.sampled_from(["code", "markdown", "raw"]) | plain,
            "source": sources | st.lists(sources | plain, max_size=3) | plain,
            "input": sources,
            "id": ids | plain,
            "metadata": metadata | anything,
        },
    )


documents = st.fixed_dictionaries(
    {"cells": st.lists(cell() | plain, max_size=6)},
    optional={"nbformat": plain | st.just(4), "worksheets": anything},
) | st.fixed_dictionaries(
    {"worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(cell())}), max_size=2)}
)


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_are_read(name):
    for data in seeds(name):
        TARGETS[name](data)


@settings(deadline=None, max_examples=150)
@given(documents, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_whatever_a_notebook_holds_it_is_read_or_refused(document, encoding):
    notebook(json.dumps(document).encode(encoding))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_real_notebook_with_bytes_changed_is_read_or_refused(data):
    whole = bytearray(seeds("notebook")[0])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    notebook(bytes(whole))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_real_frame_with_bytes_changed_is_read_or_refused(data):
    whole = bytearray(data.draw(st.sampled_from(seeds("frame"))))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    TARGETS["frame"](bytes(whole))


def peak(action):
    """The most memory that Python and NumPy held at once during an action, in bytes."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


SMALL = 8 * MIB
EXPENSIVE = {
    "lists": b"[]," * (SMALL // 3),
    "objects": b"{}," * (SMALL // 3),
    "entries": b",".join(b'{"%x":1}' % number for number in range(SMALL // 12)),
    "numbers": b"1.5," * (SMALL // 4),
    "texts": b'"\xc3\xa9a",' * (SMALL // 6),
}


@pytest.mark.parametrize("name", EXPENSIVE)
def test_a_notebook_takes_memory_in_proportion_to_its_parts(name):
    data = b'{"cells": [' + EXPENSIVE[name].rstrip(b",") + b"]}"
    most = 3 * len(data) + 250 * intake.MAX_PARTS

    def read():
        try:
            intake.parse_notebook(data)
        except intake.UnreadableError:
            return

    assert peak(read) < most


def test_text_is_not_counted_as_parts():
    cell = {"cell_type": "code", "source": "x", "outputs": ['[{"a": 1}, 2],\\" ' * 400_000]}
    cells, _ = intake.parse_notebook(json.dumps({"nbformat": 4, "cells": [cell]}).encode())
    assert [each.source for each in cells] == ["x"]


@pytest.mark.parametrize("name", ["frame"])
def test_frames_take_memory_in_proportion_to_their_bytes(name):
    bodies = packing.MAX_HEADER + packing.MAX_BODY
    for data in seeds(name):
        assert peak(lambda data=data: TARGETS[name](data)) < bodies + MIB


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_a_coverage_guided_fuzzer_finds_nothing(name, tmp_path):
    try:
        told = version("atheris")
    except PackageNotFoundError:
        pytest.skip("atheris is not installed: make fuzz")
    command = [sys.executable, str(HERE / "fuzz.py"), name, "--seconds", "60"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    print(f"atheris {told}", *done.stderr.splitlines()[-12:], sep="\n")  # noqa: T201
    assert done.returncode == 0, done.stderr[-4000:]
    assert list(tmp_path.iterdir()) == []
