"""What a student sees: at once, kindly, and never a wall of red."""

import importlib
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import dlcourse.activations
from dlcourse.grading import check
from dlcourse.grading.card import Card, call_text
from dlcourse.grading.check import PUBLIC_SEED, CheckFailed
from dlcourse.grading.judging import calls, judge
from dlcourse.grading.spec import Case, Function, Random
from dlcourse.grading.tasks import UNITS, find_task


def stub(*args, **kwargs):
    raise NotImplementedError


def wrong_axis(z):
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


def refused(name, function):
    with pytest.raises(CheckFailed) as raised:
        check(name, function)
    message = str(raised.value)
    assert "\n" not in message
    assert raised.value._render_traceback_() == [f"CheckFailed: {message}"]
    return message


def card(name, function):
    return Card(judge(find_task(name), calls(function), PUBLIC_SEED))


def test_the_package_gives_the_function():
    assert callable(check)
    assert importlib.import_module("dlcourse.grading.check").check is check


def test_a_right_answer_is_told_so(capsys):
    assert check("relu", lambda z: np.maximum(z, 0)) is None
    assert "relu: 3 of 3 points. Everything passed." in capsys.readouterr().out


def test_a_wrong_answer_is_told_what_happened_and_where_to_read(capsys):
    message = refused("softmax", wrong_axis)
    out = capsys.readouterr().out
    assert message == "softmax has 2 of 5 points so far; what is missing is shown above"
    assert "Your columns sum to one, not your rows" in out
    assert 'section "softmax"' in out
    assert "softmax(\n    np.array([[" in out


def test_the_call_that_is_shown_shows_the_mistake(capsys):
    refused("softmax", wrong_axis)
    call = capsys.readouterr().out.split("The call that shows it:\n")[1]
    scope = {"np": np, "softmax": wrong_axis}
    given = eval(call, scope)
    scope["softmax"] = dlcourse.activations.softmax
    assert not np.allclose(given, eval(call, scope))


@pytest.mark.parametrize("task", [task.name for unit in UNITS for task in unit.tasks])
def test_every_stub_is_not_written_yet(task, capsys):
    assert f"{task} is not written yet" in refused(task, stub)
    assert capsys.readouterr().out == ""


def test_a_function_that_calls_a_stub_is_not_taken_for_one(capsys):
    def sigmoid(z):
        raise NotImplementedError

    def sigmoid_grad(z):
        a = sigmoid(z)
        return a * (1 - a)

    assert "has 0 of 3 points" in refused("sigmoid_grad", sigmoid_grad)
    said = "it calls sigmoid, which is not written yet (line 2 of your function)"
    assert said in capsys.readouterr().out


def test_misuse_is_answered_in_one_sentence():
    assert "did you mean 'sigmoid'?" in refused("sigmod", stub)
    assert "the tasks are neuron, sigmoid" in refused("transformer", stub)
    assert "the function itself" in refused("sigmoid", 0.5)
    assert 'check("relu", relu)' in refused(stub, "relu")


def test_the_answer_of_the_library_is_not_an_answer():
    def wrapped(z):
        return dlcourse.activations.relu(z)

    assert "dlcourse.activations.relu" in refused("relu", dlcourse.activations.relu)
    assert "no dlcourse to import" in refused("relu", wrapped)


def test_prints_stay_off_the_page(capsys):
    def chatty(z):
        sys.stdout.write("inside\nonce more\n")
        sys.stderr.write("to stderr\n")
        return np.maximum(z, 0)

    check("relu", chatty)
    captured = capsys.readouterr()
    assert "inside" not in captured.out
    assert captured.err == ""
    assert re.search(r"your function printed \d+ lines", captured.out)


def test_a_function_that_is_not_quite_a_function_can_be_checked():
    class Relu:
        def __call__(self, z):
            return np.maximum(z, 0)

    check("relu", Relu())


class Reader(HTMLParser):
    """Notes the tags and the text, and that every tag is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data + " "


def read(html):
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_the_html_is_a_table_with_a_caption_and_headings():
    reader = read(card("softmax", wrong_axis)._repr_html_())
    tags = [tag for tag, _ in reader.tags]
    assert tags.count("caption") == 1
    scopes = [attrs.get("scope") for tag, attrs in reader.tags if tag == "th"]
    assert scopes == ["col"] * 3 + ["row"] * 6
    assert "softmax: 2 of 5 points" in reader.text
    assert reader.text.count("passed") == 2
    assert reader.text.count("not yet") == 4


def test_the_html_takes_its_colors_from_the_page():
    html = card("softmax", wrong_axis)._repr_html_()
    assert not re.search(r"#[0-9a-fA-F]{3,6}[;\"]|rgb|background|color: (?!inherit)", html)


def test_markup_in_an_error_is_text():
    def evil(z):
        raise ValueError("<script>alert(1)</script> <b onclick='x'>")

    html = card("relu", evil)._repr_html_()
    assert "<script" not in html
    assert "<b" not in html
    assert "<script>alert(1)</script>" in read(html).text


def test_text_and_html_say_the_same():
    shown = card("softmax", wrong_axis)
    words = set(re.findall(r"[a-z]{4,}", read(shown._repr_html_()).text))
    assert set(re.findall(r"[a-z]{4,}", repr(shown))) <= words


def test_one_cause_is_told_once():
    def only_numbers(z):
        return 1.0 if z > 0 else 0.0

    assert repr(card("relu_grad", only_numbers)).count("truth value") == 1


def test_calls_are_python():
    function = Function("arctan", (1.5, 0.5, -2.0))
    case = Case(
        (np.float32(1.25), np.array([1, 2]), [(np.zeros((1, 2), np.float32), 0.5)], function),
        {"alpha": 0.25, "rng": Random(3), "name": "and", "params": {"W": np.ones(1)}},
    )
    assert call_text("f", case).splitlines() == [
        "f(",
        "    np.float32(1.25),",
        "    np.array([1, 2], dtype=np.int64),",
        "    [(np.array([[0.0, 0.0]], dtype=np.float32), 0.5)],",
        "    lambda z: 1.5 * np.arctan(0.5 * z) - 2,",
        "    alpha=0.25,",
        "    rng=np.random.default_rng(3),",
        "    name='and',",
        "    params={'W': np.array([1.0])},",
        ")",
    ]


@pytest.mark.parametrize("kind", ["identity", "tanh", "sin", "arctan", "square", "step"])
def test_functions_are_shown_as_what_they_are(kind):
    function = Function(kind, (1.5, 0.5, 0.25))
    shown = eval(call_text("", Case((function,)))[1:-1], {"np": np})
    z = np.array([-1.0, 0.0, 2.0])
    assert np.allclose(shown(z), function(z))


def test_long_calls_are_shortened():
    assert len(call_text("f", Case((np.zeros((40, 40)), ["x" * 2000])))) < 1000


SENTENCES = [
    pytest.param(task.name, known, id=f"{task.name}-{known.name}")
    for unit in UNITS
    for task in unit.tasks
    for known in task.misconceptions
]


@pytest.mark.parametrize(("name", "known"), SENTENCES)
def test_every_misconception_reads_well_on_the_card(name, known):
    shown = repr(card(name, known.wrong))
    assert f"What to look at: {known.says}" in shown
    assert "Read: the chapter" in shown
    assert "Traceback" not in shown
