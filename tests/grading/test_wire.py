"""What crosses the wall keeps its kind; what should not cross is refused before memory is spent."""

import json
import math
import resource
import socket
import struct
import threading
import time
from collections import OrderedDict
from enum import IntEnum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlcourse.grading.inside import packing, wire

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]

arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(np.dtype(dtype), hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
)
scalars = st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.from_dtype(np.dtype(dtype)))
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(width=64)
    | text
    | arrays
    | scalars
)
keys = st.text(max_size=5, alphabet="abc") | st.integers() | st.booleans()
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)


def halves(frame):
    header_size, body_size = struct.unpack("<II", frame[:8])
    assert len(frame) == 8 + header_size + body_size
    return frame[8 : 8 + header_size], frame[8 + header_size :]


def trip(value, **hooks):
    return wire.decode(*halves(wire.encode(value, **hooks)))


def same(left, right):
    """Equality of kind and of every bit, NaN included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray | np.generic):
        return (
            left.dtype == right.dtype
            and left.shape == right.shape
            and np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
        )
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return same(list(left), list(right)) and same(list(left.values()), list(right.values()))
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return left == right


@settings(deadline=None)
@given(values)
def test_plain_data_survives_with_its_kind(value):
    assert same(trip(value), value)


@pytest.mark.parametrize("kind", [float, int, bool, np.float32, np.float64, np.int16])
def test_lists_of_numbers_travel_as_one_buffer_and_stay_lists(kind):
    value = [[kind(i), kind(1)] for i in range(3000)]
    assert same(trip(value), value)


def test_a_long_list_may_mix_whole_and_floating_numbers():
    value = [[0.5, 0, i] for i in range(3000)]
    assert trip(value) == value
    short = [0.5, 0] * 8
    assert same(trip(short), short)


def test_a_list_of_integers_too_long_for_a_buffer_still_crosses():
    value = [10**30] * 9
    assert same(trip(value), value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4)[:, ::2],
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.broadcast_to(np.float32(2), (3, 2)),
        np.arange(3, dtype=">f8"),
        np.arange(5.0)[::-1],
    ],
    ids=["view", "fortran", "broadcast", "big-endian", "reversed"],
)
def test_arrays_of_any_layout_arrive_as_plain_ones(array):
    array.flags.writeable = False
    came = trip(array)
    assert np.array_equal(came, array)
    assert came.shape == array.shape
    assert came.flags.c_contiguous
    assert came.flags.owndata
    assert came.flags.writeable
    assert came.dtype.isnative


def test_subclasses_arrive_as_what_they_extend():
    class Color(IntEnum):
        RED = 3

    class Real(float):
        pass

    class Pair(tuple):
        __slots__ = ()

    ordered = OrderedDict(a=1)
    for value, wanted in (
        (Color.RED, 3),
        (Real(2), 2.0),
        (Pair((1, 2)), (1, 2)),
        (ordered, {"a": 1}),
    ):
        assert same(trip(value), wanted)
    assert same(trip(np.matrix([[1.0, 2.0]])), np.array([[1.0, 2.0]]))
    assert same(trip(np.ma.masked_array([1.0], [False])), np.array([1.0]))


class Hostile(float):
    """A number that lies about itself wherever Python asks."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __float__(self):
        return 42.0

    def __repr__(self):
        return "42.0"

    def __reduce__(self):
        raise AssertionError("pickled")


class HostileList(list):
    def __iter__(self):
        return iter([42.0])

    def __len__(self):
        return 1


class HostileArray(np.ndarray):
    def __array__(self, *args, **kwargs):
        return np.array([42.0])

    def tobytes(self, *args):
        return np.array([42.0]).tobytes()


def test_what_a_subclass_overrides_has_no_say():
    assert trip(Hostile(1.0)) == 1.0
    assert trip(HostileList([1, 2])) == [1, 2]
    assert trip(np.array([1.0]).view(HostileArray)) == np.array([1.0])


class Pretender:
    """Not a number at all, however much it offers to be one."""

    __array_interface__ = property(lambda self: np.ones(1).__array_interface__)

    def __array__(self, *args, **kwargs):
        return np.array([42.0])

    def __float__(self):
        return 42.0

    __class__ = property(lambda self: object)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ((i for i in range(3)), "type generator"),
        ({1, 2}, "type set"),
        (1j, "type complex"),
        (b"x", "type bytes"),
        (Pretender(), "type Pretender"),
        (np.array([1j]), "dtype complex128"),
        (np.array([object()]), "dtype object"),
        (np.array(["a"]), "dtype <U1"),
        (np.longdouble(1), "dtype"),
        (np.zeros(1, [("a", "f8")]), "dtype"),
        (1 << 5000, "bits"),
        (np.broadcast_to(1.0, (10**9,)), "bytes"),
        ([np.zeros(1 << 20)] * 9, "bytes in all"),
        ([[0, "x"]] * 40_000, "parts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_cross_is_named(value, says):
    with pytest.raises(wire.EncodeError, match=says):
        wire.encode(value)


def test_a_list_that_contains_itself_is_refused():
    value = []
    value.append(value)
    with pytest.raises(wire.EncodeError, match="nested"):
        wire.encode(value)


def test_a_value_that_repeats_itself_without_end_is_refused_soon():
    value = "x"
    for _ in range(packing.MAX_DEPTH - 1):
        value = [value] * 100
    started = time.monotonic()
    with pytest.raises(wire.EncodeError, match="parts"):
        wire.encode(value)
    assert time.monotonic() - started < 5


def test_half_a_surrogate_pair_does_not_reach_the_records():
    trip("\ud800" + "x" * 500).encode("utf-8")
    assert wire.decode(b'"\\ud800"', b"") == "?"


def test_special_values_need_a_hook_on_both_sides():
    class Maker:
        pass

    frame = wire.encode([Maker()], lambda value: {"$made": 7})
    assert wire.decode(*halves(frame), lambda node: node["$made"]) == [7]
    with pytest.raises(wire.ProtocolError):
        wire.decode(*halves(frame))
    with pytest.raises(wire.EncodeError):
        wire.encode([Maker()], lambda value: None)


@settings(deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=64))
def test_garbage_is_a_protocol_error_or_a_value(header, body):
    try:
        wire.decode(header, body)
    except wire.ProtocolError:
        return
    json.loads(header)


json_nodes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("ftludasp$x"), inner, min_size=1, max_size=1)
        | st.tuples(st.sampled_from(packing._NAMES.split()), st.lists(inner, max_size=3)).map(list)
    ),
)


@settings(deadline=None)
@given(json_nodes, st.binary(max_size=64))
def test_misshapen_trees_are_a_protocol_error_or_a_value(tree, body):
    try:
        wire.decode(json.dumps(tree).encode(), body)
    except wire.ProtocolError:
        return


@settings(deadline=None)
@given(values, st.data())
def test_a_frame_with_one_byte_changed_does_no_harm(value, data):
    header, body = halves(wire.encode(value))
    place = data.draw(st.integers(0, len(header) - 1))
    changed = header[:place] + bytes([data.draw(st.integers(0, 255))]) + header[place + 1 :]
    try:
        wire.decode(changed, body)
    except wire.ProtocolError:
        return


@pytest.mark.parametrize(
    ("tree", "body"),
    [
        ({"a": ["float64", [1 << 30]]}, b""),
        ({"a": ["float64", [1 << 40]]}, b""),
        ({"a": ["float64", [0, 1 << 62]]}, b""),
        ({"a": ["float64", [-1]]}, b""),
        ({"a": ["float64", [True]]}, b"12345678"),
        ({"a": ["object", [1]]}, b"12345678"),
        ({"a": ["O", [1]]}, b"12345678"),
        ({"a": ["float64", [1] * 40]}, b"12345678"),
        ({"p": ["float64", [1 << 30, 0], False]}, b""),
        ({"p": ["bool", [2 << 20], False]}, bytes(2 << 20)),
        ({"t": 1 << 30}, b""),
        ({"l": [{"a": ["float64", [1]]}] * 2}, b"12345678"),
        ({"d": [[{"l": []}], [1]]}, b""),
        ({"d": [["a", "b"], [1]]}, b""),
        ({"f": "one"}, b""),
        ({"a": ["float64", [1]], "l": []}, b"12345678"),
        (1 << 5000, b""),
        ("x", b"left over"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_frames_over_a_limit_or_at_odds_with_themselves_are_refused(tree, body):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(wire.ProtocolError):
        wire.decode(json.dumps(tree).encode(), body)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 << 10


def test_nesting_without_end_is_refused():
    for header in (b"[" * 60_000, b'{"l":[' * 10_000 + b"]}" * 10_000, b'{"l":[' * 10_000):
        with pytest.raises(wire.ProtocolError):
            wire.decode(header, b"")


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_headers_are_json_and_no_more(word):
    with pytest.raises(wire.ProtocolError):
        wire.decode(word, b"")


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def test_frames_cross_a_socket(pair):
    left, right = pair
    value = {"a": np.arange(1 << 17), "b": "x" * 10_000}
    sender = threading.Thread(target=wire.send, args=(left, wire.encode(value)))
    sender.start()
    came = wire.decode(*wire.receive(right, time.monotonic() + 10))
    sender.join()
    assert same(came, value)


@pytest.mark.parametrize("size", [0, 5, 1 << 15, 1 << 18])
def test_frames_sent_ahead_are_read_one_by_one(pair, size):
    left, right = pair
    values = [{"number": number, "b": np.arange(size) + number} for number in range(40)]
    frames = b"".join(map(wire.encode, values))
    sender = threading.Thread(target=wire.send, args=(left, frames))
    sender.start()
    incoming = wire.Buffered(right)
    for value in values:
        assert same(wire.decode(*wire.receive(incoming, time.monotonic() + 10)), value)
    sender.join()
    with pytest.raises(TimeoutError):
        wire.receive(incoming, time.monotonic() + 0.05)
    left.close()
    with pytest.raises(wire.ClosedError):
        wire.receive(incoming)


@pytest.mark.parametrize("sizes", [(1 << 31, 0), (0, 1 << 31), (packing.MAX_HEADER + 1, 0)])
def test_a_length_over_the_limit_is_refused_unread(pair, sizes):
    left, right = pair
    left.sendall(struct.pack("<II", *sizes))
    with pytest.raises(wire.ProtocolError, match="announced"):
        wire.receive(right, time.monotonic() + 10)


def test_hanging_up_is_told_apart_from_being_slow(pair):
    left, right = pair
    left.sendall(b"\x05\x00")
    with pytest.raises(TimeoutError):
        wire.receive(right, time.monotonic() + 0.05)
    left.close()
    with pytest.raises(wire.ClosedError):
        wire.receive(right, time.monotonic() + 10)
    with pytest.raises(wire.ClosedError):
        wire.send(right, b"x" * 10)


def test_a_trickle_does_not_move_the_deadline(pair):
    left, right = pair
    stop = threading.Event()

    def trickle():
        left.sendall(struct.pack("<II", 100, 0))
        while not stop.wait(0.02):
            left.sendall(b" ")

    thread = threading.Thread(target=trickle)
    thread.start()
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(right, started + 0.3)
    stop.set()
    thread.join()
    assert time.monotonic() - started < 1.5


def test_a_peer_that_does_not_read_does_not_block_the_sender(pair):
    with pytest.raises(TimeoutError):
        wire.send(pair[0], bytes(8 << 20), time.monotonic() + 0.1)
