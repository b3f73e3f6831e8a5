"""The class report counts right, finds what is alike, and stays a page that only shows."""

import itertools
import math
import re
import statistics

import pytest
from records import HOSTILE, UNIT, WRONG_AXIS, classroom, submit, verdict, write_release
from test_feedback import Page

from dlcourse.grading import analysis
from dlcourse.grading.autograded import write_autograded
from dlcourse.grading.directory import Course, to_json, write_atomically
from dlcourse.grading.gradebook_views import ScoreRow
from dlcourse.grading.report import render, write_report
from dlcourse.grading.similar import fingerprint, near_identical

MEAN = """
def mean_of_rows(rows, weights=None):
    '''Mine.'''
    total = 0.0
    for index, row in enumerate(rows):
        weight = 1.0 if weights is None else weights[index]
        total = total + weight * row.sum()   # add up
    count = len(rows) * rows.shape[1]
    return total / count
"""
RENAMED = """
def mean_of_rows(r: "array", w=None) -> float:
    t = 0.0
    for i, one in enumerate(r):
        k = 1.0 if w is None else w[i]
        t = t + k*one.sum()

    n = (len(r) * r.shape[1])
    return t / n
"""


def test_summary_counts_everybody_and_averages_the_marked():
    verdicts = [
        verdict("a"),
        verdict("b", ("softmax.values", "softmax.extremes")),
        verdict("c", status="ungradable"),
        verdict("d", status="infrastructure_error", reason="x"),
    ]
    found = analysis.summarize(verdicts)
    counts = (found.handed_in, found.graded, found.ungradable, found.failed)
    assert counts == (4, 2, 1, 1)
    assert (found.mean, found.low, found.high) == (10.5, 8.5, 12.5)
    assert found.quartiles[1] == 10.5


def test_rates_and_discrimination_are_the_textbook_ones():
    verdicts = classroom(40)
    softmax = next(task for task in analysis.questions(verdicts) if task.name == "softmax")
    values = softmax.criteria[0]
    passed = [each["tasks"][1]["criteria"][0]["passed"] for each in verdicts]
    rest = [each["score"] - 2 * ok for each, ok in zip(verdicts, passed, strict=True)]
    assert values.right == pytest.approx(sum(passed) / 40)
    # Point-biserial: difference of the means over the deviation, times sqrt(p q).
    right = [score for score, ok in zip(rest, passed, strict=True) if ok]
    wrong = [score for score, ok in zip(rest, passed, strict=True) if not ok]
    gap = statistics.fmean(right) - statistics.fmean(wrong)
    expected = gap / statistics.pstdev(rest) * math.sqrt(len(right) * len(wrong)) / 40
    assert values.discrimination == pytest.approx(expected)
    assert softmax.right == pytest.approx(sum(v["tasks"][1]["score"] == 4 for v in verdicts) / 40)


@pytest.mark.parametrize("verdicts", [[], [verdict("a")], [verdict(name) for name in "abcd"]])
def test_undefined_correlations_are_not_numbers_but_na(verdicts):
    assert all(task.discrimination is None for task in analysis.questions(verdicts))
    text = render(UNIT, verdicts)
    assert "nan" not in Page(text).text.lower()
    assert ("<abbr" in text) == bool(verdicts)


def test_misconceptions_are_counted_with_their_students():
    verdicts = [verdict("b", ("softmax.values",)), verdict("a", ("softmax.values",)), verdict("c")]
    (found,) = analysis.misunderstood(verdicts)
    assert (found.task, found.name, found.students) == ("softmax", "wrong-axis", ("a", "b"))
    page = Page(render(UNIT, verdicts))
    assert WRONG_AXIS.says in page.text
    assert "a, b" in page.text


def test_histogram_holds_every_student_once():
    scores = [each["score"] for each in classroom(50)]
    assert sum(analysis.histogram(scores, UNIT.points)) == 50
    assert analysis.histogram([12.5], 12.5)[-1] == 1
    assert analysis.histogram([0.0], 0.0) == [1] + [0] * 9


def test_whom_to_look_at_and_why_most_pressing_first():
    verdicts = [
        verdict("a", flags=["imports socket"]),
        verdict("b"),
        verdict("c", repairs=["the check cell of softmax was missing"]),
        verdict("d", status="ungradable"),
        verdict("e", status="infrastructure_error", reason="the worker died twice"),
        verdict("f", cells=[{"cell": "answer-softmax", "error": "NameError: e", "line": 1}]),
    ]
    assert [student for student, _ in analysis.to_look_at(verdicts)] == ["e", "d", "a", "c", "f"]


def test_renaming_comments_and_layout_do_not_hide_a_copy():
    assert fingerprint(MEAN) == fingerprint(RENAMED)
    (group,) = near_identical({"a": {"f": MEAN}, "b": {"f": RENAMED}, "c": {"f": "def f(): 1"}})
    assert (group.students, group.tasks) == (("a", "b"), ("f",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("* weight", "+ weight"),
        ("1.0 if", "2.0 if"),
        (".sum()", ".max()"),
        ("len(rows)", "sum(rows)"),
    ],
)
def test_different_code_is_different(old, new):
    source = MEAN.replace("weight * row", "row * weight")
    assert old in source
    assert fingerprint(source) != fingerprint(source.replace(old, new))


def test_short_and_given_answers_say_nothing():
    short = "def relu(z):\n    return np.maximum(z, 0)"
    everybody = {name: {"relu": short, "f": MEAN} for name in "abc"}
    assert near_identical(everybody, {"f": RENAMED}) == []


def test_several_middling_answers_shared_by_the_same_two_say_something():
    def middling(number):
        return f"def f(x, y):\n    a = x * {number} + y\n    b = a ** 2 - x\n    return a / b"

    shared = {f"task{number}": middling(number) for number in range(5)}
    answers = {"a": shared, "b": shared, "c": {"task0": middling(0)}}
    groups = near_identical(answers)
    assert [(group.students, len(group.tasks)) for group in groups] == [(("a", "b"), 4)]


@pytest.mark.parametrize(
    "source",
    ["def f(:", "x" * 60_000, "\x00", "(" * 5_000, "%timeit f()\n!rm -rf /", "\ud800", ""],
)
def test_odd_sources_do_no_harm(source):
    near_identical({"a": {"f": source}, "b": {"f": source}})


def page_of_class():
    verdicts = classroom(40)
    evil = "".join(HOSTILE)
    cells = [{"cell": evil, "error": evil * 1000, "line": 2}]
    verdicts.append(verdict(evil, ("softmax.values",), cells=cells, flags=list(HOSTILE)))
    verdicts.append(verdict("s98", status="ungradable", reason=evil))
    rows = [ScoreRow(evil, evil, evil, evil, "", 1.0, None, 1.0, 15.5, True, True)]
    resources = {evil: {"wall_s": 0.5, "peak_bytes": 2**20}}
    return render(
        UNIT,
        verdicts,
        rows=rows,
        answers={evil: {"f": MEAN}, "b": {"f": MEAN}},
        resources=resources,
    )


def test_hostile_text_is_only_text():
    text = page_of_class()
    page = Page(text)
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert not [
        name for _, name, _ in page.attributes if name in {"src", "href"} and "http" in name
    ]
    assert re.findall("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]", text) == []
    text.encode("utf-8")


def test_charts_have_words_and_tables_have_captions():
    page = Page(page_of_class())
    labels = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")]
    assert len(labels) == 1
    counts = [int(number) for number in re.findall(r"(\d+) from", labels[0])]
    assert sum(counts) == 41
    assert page.tags.count("table") == page.tags.count("caption")
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_an_empty_class_gets_a_page():
    assert "Handed in" in Page(render(UNIT, [])).text


def test_the_report_is_written_from_the_course_directory(tmp_path):
    write_release(tmp_path)
    course = Course(tmp_path)
    for student in ("ada", "bob", "eve"):
        source = MEAN if student != "eve" else "def softmax(z):\n    return z"
        submit(tmp_path, student, {"softmax": source})
        write_atomically(course.verdict(UNIT, student), to_json(verdict(student)))
        write_atomically(course.resources(UNIT, student), to_json({"wall_s": 1.25}))
        write_autograded(course, UNIT, verdict(student))
    text = write_report(course, UNIT, made="2026-03-01").read_text()
    page = Page(text)
    assert "made 2026-03-01" in page.text
    assert "ada, bob" in page.text
    assert "1.25" in page.text
