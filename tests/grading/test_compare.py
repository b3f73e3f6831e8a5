"""Comparison judges mathematics and forgives clothes."""

import numpy as np
import pytest

from dlcourse.grading.compare import (
    as_numbers,
    compare,
    describe,
    precision,
    same_numbers,
    wrong_dtype,
)
from dlcourse.grading.spec import Case

VECTOR = np.array([1.0, 2.0, 3.0])
MATRIX = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (VECTOR, VECTOR),
        ([1, 2, 3], VECTOR),
        ((1.0, 2.0, 3.0), VECTOR),
        ([np.float32(1), 2, True + 2], VECTOR),
        (MATRIX.tolist(), MATRIX),
        ([MATRIX[0], MATRIX[1]], MATRIX),
        (2, np.array(2.0)),
        (np.float32(2), 2.0),
        (np.array(2), 2.0),
        (True, 1.0),
        (np.array([True, False]), np.array([1.0, 0.0])),
        (np.inf, np.inf),
        ([-np.inf, 1.0], np.array([-np.inf, 1.0])),
        ([VECTOR, 2.0], (VECTOR, np.array(2.0))),
        ((VECTOR.tolist(), [2.0]), (VECTOR, np.array([2.0]))),
        ({"a": [1, 2, 3]}, {"a": VECTOR}),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (MATRIX, [MATRIX[0], MATRIX[1]]),
    ],
)
def test_right_values_in_any_clothes_pass_without_a_remark(value, expected):
    finding = compare(value, expected)
    assert (finding.wrong, finding.remark) == ("", "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(VECTOR[:, None], VECTOR), (np.array([2.0]), np.array(2.0)), ([[1], [2], [3]], VECTOR)],
)
def test_a_last_axis_of_one_passes_with_a_remark(value, expected):
    finding = compare(value, expected)
    assert finding.wrong == ""
    assert "counts as right" in finding.remark


@pytest.mark.parametrize(
    ("value", "expected", "says"),
    [
        (None, VECTOR, "return statement missing"),
        (np.nan, 1.0, "nan came where 1 is wanted"),
        (np.nan, np.nan, "nan came"),
        ([1.0, np.nan, 3.0], VECTOR, "at index 1"),
        (VECTOR[None, :], VECTOR, "shape (1, 3) came where an array of shape (3,)"),
        (MATRIX.T, MATRIX, "rows and columns are exchanged"),
        (np.broadcast_to(VECTOR, (3, 3)), VECTOR, "shape (3, 3)"),
        (np.array([[2.0]]), np.array(2.0), "a single number is wanted"),
        (VECTOR[:2], VECTOR, "shape (2,)"),
        ("1.0", 1.0, "a value of type str"),
        (1 + 0j, 1.0, "a value of type complex"),
        (VECTOR + 0j, VECTOR, "an array of complex128 values"),
        (np.array([1.0, "x", None], dtype=object), VECTOR, "an array of object values"),
        ([[1], [2, 3]], MATRIX, "a list of 2 came"),
        ([10**400, 2, 3], VECTOR, "a list of 3 came"),
        ({1: 2}, 1.0, "a dict of 1"),
        (object(), VECTOR, "a value of type object"),
        (VECTOR, (VECTOR, VECTOR), "a tuple of 2 is wanted"),
        ([VECTOR], [VECTOR, VECTOR], "a list of 1 came where a list of 2 is wanted"),
        (3.0, [VECTOR, VECTOR], "a single number came where a list of 2 is wanted"),
        (np.array(3.0), [VECTOR, VECTOR], "a list of 2 is wanted"),
        ([VECTOR, VECTOR + 1], [VECTOR, VECTOR], "part 1: 2 came where 1 is wanted"),
        (VECTOR, {"a": VECTOR}, "a dict with the keys 'a' is wanted"),
        ({"b": VECTOR}, {"a": VECTOR}, "keys 'a'"),
        ({"a": VECTOR + 1}, {"a": VECTOR}, "['a']: 2 came where 1"),
        (np.inf, 1e300, "inf came"),
        (-np.inf, np.inf, "-inf came"),
    ],
)
def test_wrong_values_fail_with_a_sentence(value, expected, says):
    assert says in compare(value, expected).wrong


def test_a_list_that_holds_itself_is_wrong_and_harms_nobody():
    endless = []
    endless.append(endless)
    assert compare(endless, VECTOR).wrong
    assert compare(endless, [VECTOR, VECTOR]).wrong


@pytest.mark.parametrize(
    ("off", "precision", "passes"),
    [
        (0.9e-7, "float64", True),
        (1.2e-7, "float64", False),
        (0.9e-4, "float32", True),
        (1.2e-4, "float32", False),
    ],
)
def test_relative_tolerance(off, precision, passes):
    assert (compare(1e6 * (1 + off), 1e6, precision).wrong == "") == passes


@pytest.mark.parametrize(
    ("value", "precision", "passes"),
    [
        (0.9e-10, "float64", True),
        (1.2e-10, "float64", False),
        (0.9e-5, "float32", True),
        (1.2e-5, "float32", False),
    ],
)
def test_absolute_tolerance(value, precision, passes):
    assert (compare(value, 0.0, precision).wrong == "") == passes


def test_a_result_in_single_precision_is_held_to_single_precision():
    off = np.array([1 + 1e-6])
    assert compare(off.astype(np.float32), np.array([1.0])).wrong == ""
    assert compare(off, np.array([1.0])).wrong != ""


def test_the_sentence_counts_what_differs():
    wrong = compare(VECTOR + np.array([0, 0.5, 0]), VECTOR).wrong
    assert wrong == "2.5 came where 2 is wanted at index 1; 1 of 3 numbers differ, by 0.5 at most"
    assert compare([np.nan, 2, 3], VECTOR).wrong.endswith("1 of 3 numbers differ")


class Liar(np.ndarray):
    """Says yes to every comparison."""

    def __eq__(self, other):
        return True

    def __array_finalize__(self, other):
        pass


def test_what_a_value_says_of_itself_does_not_count():
    assert compare(np.zeros(3).view(Liar), VECTOR).wrong


def test_as_numbers_takes_no_object_with_a_method_of_its_own():
    class Number:
        def __array__(self, *args, **kwargs):
            raise AssertionError("must not be called")

        def __float__(self):
            raise AssertionError("must not be called")

    assert as_numbers(Number()) is None


def test_describe_shows_no_numbers():
    assert describe(np.array(12345.0)) == "a single number"
    assert describe(MATRIX) == "an array of shape (2, 3)"
    assert describe((1, 2)) == "a tuple of 2"


def test_precision_is_that_of_the_first_floating_array():
    assert precision(Case((1, np.arange(3), np.zeros(2, np.float32), VECTOR))) == "float32"
    assert precision(Case(([(VECTOR, VECTOR)],))) == "float64"
    assert precision(Case((3.0, "and"))) is None


@pytest.mark.parametrize("value", [[1.0, 2.0], 1.0, np.float64(1), np.array(1.0), [np.float64(1)]])
def test_lists_and_numbers_have_no_dtype_to_judge(value):
    assert wrong_dtype(Case((np.zeros(2, np.float32),)), value) == ""


def test_arrays_have_the_dtype_of_the_arguments():
    case = Case((np.zeros(2, np.float32),))
    assert wrong_dtype(case, np.zeros(2, np.float32)) == ""
    assert "float64 came where float32" in wrong_dtype(case, np.zeros(2))
    assert "float64 came where float32" in wrong_dtype(case, [np.zeros(2, np.float32), np.zeros(2)])
    assert "int64" in wrong_dtype(Case((3,)), np.zeros(2, np.int64))


def test_same_numbers_knows_nan_and_infinity():
    assert same_numbers([np.nan, np.inf], np.array([np.nan, np.inf]), "float64")
    assert not same_numbers(np.zeros(2), np.zeros(3), "float64")
    assert not same_numbers(None, 1.0, "float64")
    assert same_numbers(None, None, "float64")
    assert same_numbers([VECTOR, MATRIX], (VECTOR, MATRIX), "float64")
    assert not same_numbers([VECTOR, MATRIX], (VECTOR, MATRIX + 1), "float64")
