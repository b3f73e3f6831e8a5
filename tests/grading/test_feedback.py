"""A student's page says what there is to say, and nothing on it can act."""

import html
import itertools
import re
from html.parser import HTMLParser

import pytest
from records import HOSTILE, UNIT, WRONG_AXIS, submit, verdict, write_release

from dlcourse.grading.autograded import write_autograded
from dlcourse.grading.directory import Course
from dlcourse.grading.feedback import render, write_all
from dlcourse.grading.gradebook_views import Mark

VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; complains when tags do not nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words, self._open = [], [], [], []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self._open):
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


LOST = ("softmax.values", "collapse.extremes")


def test_the_page_says_what_was_asked_what_came_and_what_it_means():
    page = Page(render(verdict("ada", LOST), UNIT))
    assert "9 of 12.5 points" in page.text
    assert WRONG_AXIS.says in page.text
    assert "very large and very small numbers" in page.text
    assert "What came: 0.2 came, 0.3 is wanted" in page.text
    assert ("a", "href", "../../../_build/html/neuron.html#softmax") in page.attributes


def test_repairs_errors_and_answers_are_shown():
    about = {
        "repairs": ["the check cell of softmax was missing"],
        "cells": [
            {"cell": "answer-softmax", "error": "NameError: name 'e' is not defined", "line": 3}
        ],
    }
    sources = {"answer-softmax": "def softmax(z):\n    return e", "free-bayes": "My *essay*."}
    marks = {"free-bayes": Mark(None, 3.0, waits=True)}
    page = Page(render(verdict("ada", LOST, **about), UNIT, sources, marks))
    assert "the check cell of softmax was missing" in page.text
    assert "your answer to softmax, line 3: NameError: name 'e' is not defined" in page.text
    assert "def softmax(z): return e" in page.text
    assert "My *essay*." in page.text
    assert "3 more points are for written answers" in page.text


def test_what_a_person_decided_counts_and_is_said():
    marks = {
        "test-softmax": Mark(3.0, 4.0, by_hand=True, comment="I see what you meant."),
        "free-bayes": Mark(2.5, 3.0, by_hand=True, comment="Good."),
    }
    page = Page(render(verdict("ada", LOST), UNIT, {}, marks))
    assert "12.5 of 15.5 points" in page.text  # 4 + 3 + 3 + 2.5
    assert "A person set these points; they replace the 2 that the grader gave." in page.text
    assert "Your teacher writes: I see what you meant." in page.text


def test_unreadable_work_is_told_what_to_do_and_is_no_zero():
    page = Page(render(verdict("ada", status="ungradable"), UNIT))
    assert "the file is empty; save it and hand it in again" in page.text
    assert "This is not a mark of zero" in page.text
    assert "of 0 points" not in page.text


def test_a_failed_grader_blames_itself():
    page = Page(render(verdict("ada", status="infrastructure_error", reason="it died."), UNIT))
    assert "That is not your fault" in page.text


def hostile_page():
    evil = "".join(HOSTILE)
    record = verdict(
        evil,
        ("softmax.values", "sigmoid.values"),
        came=evil + "x" * 10_000_000,
        repairs=list(HOSTILE),
        cells=[{"cell": evil, "error": evil, "line": None}],
    )
    record["tasks"][0]["message"] = evil
    record["tasks"][0]["criteria"][1]["remark"] = evil
    marks = {"free-bayes": Mark(None, 3.0, waits=True, comment=evil)}
    return render(record, UNIT, {"answer-softmax": evil, "free-bayes": evil}, marks)


def test_hostile_text_is_only_text():
    text = hostile_page()
    page = Page(text)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert html.escape(HOSTILE[0]) in text
    assert "{{ 7 * 7 }}" in page.text
    forbidden = (
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
    )
    assert re.findall(forbidden, text) == []
    assert "\\u202e" in text
    text.encode("utf-8")


def test_a_flood_is_cut():
    text = hostile_page()
    assert len(text) < 100_000
    assert "characters left out" in text


@pytest.mark.parametrize("page", ["hostile", "plain", "ungradable"])
def test_the_page_asks_nothing_of_the_network_and_runs_nothing(page):
    pages = {
        "hostile": hostile_page,
        "plain": lambda: render(verdict("ada", LOST), UNIT),
        "ungradable": lambda: render(verdict("ada", status="ungradable"), UNIT),
    }
    found = Page(pages[page]())
    assert not [
        each for each in found.attributes if each[1] in {"src", "srcset", "action", "style"}
    ]
    assert set(found.tags) & {"script", "link", "img", "iframe", "object", "form", "base"} == set()
    policy = [value for tag, name, value in found.attributes if name == "content"][0:2]
    assert any("default-src 'none'" in (value or "") for value in policy)


def test_the_page_can_be_walked_by_headings_landmarks_and_tables():
    text = render(verdict("ada", LOST), UNIT, {"answer-softmax": "x"})
    page = Page(text)
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.tags.count("table") == page.tags.count("caption")
    assert {"header", "main", "footer"} <= set(page.tags)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    inner = [value[1:] for _, name, value in page.attributes if name == "href" and value[0] == "#"]
    assert set(inner) <= set(ids)
    assert ("html", "lang", "en") in page.attributes


def test_only_pages_that_change_are_written_and_pages_are_reproducible(tmp_path):
    from dlcourse.grading.directory import to_json, write_atomically

    write_release(tmp_path)
    course = Course(tmp_path)
    for student in ("ada", "bob"):
        submit(tmp_path, student, {"softmax": "def softmax(z):\n    return 0"})
        write_atomically(course.verdict(UNIT, student), to_json(verdict(student)))
        write_autograded(course, UNIT, verdict(student))
    assert write_all(course, UNIT) == [course.feedback(UNIT, name) for name in ("ada", "bob")]
    assert "def softmax" in course.feedback(UNIT, "ada").read_text()
    assert write_all(course, UNIT) == []
    write_atomically(course.verdict(UNIT, "bob"), to_json(verdict("bob", LOST)))
    assert write_all(course, UNIT) == [course.feedback(UNIT, "bob")]


def test_the_site_can_be_elsewhere():
    text = render(verdict("ada"), UNIT, site="https://example.org/book/")
    assert ("a", "href", "https://example.org/book/neuron.html#softmax") in Page(text).attributes
