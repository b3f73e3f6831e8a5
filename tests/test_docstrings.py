"""Every public function says what it takes, what it gives, where it comes from, and shows it."""

import importlib
import inspect
import pkgutil

import pytest
from floors import FLOOR_0, FLOOR_2, FLOOR_3
from numpydoc.validate import validate

import dlcourse

#: ES01, EX01, SA01: no long text, example or cross-reference is forced on every object;
#: examples and sources are demanded of floor 1 below.  GL01, GL02: layout is the formatter's.
#: PR01, PR02 of dataclasses: their fields are documented where they need it.
#: PR08, RT04: a description may begin with a name that is written small.
IGNORED = {"ES01", "EX01", "SA01", "SA04", "GL01", "GL02", "GL03", "GL08", "RT03", "YD01", "PR06"}
IGNORED |= {"PR08", "RT04"}

#: The command line: docstrings are help texts, and options document themselves.
HELP_TEXTS = {f"dlcourse.{name}" for name in FLOOR_3}


def modules():
    for found in pkgutil.walk_packages(dlcourse.__path__, "dlcourse."):
        yield importlib.import_module(found.name)


#: Parts that `inplace.Stepper` puts together; nobody else makes one.
PARTS = {"inplace_numpy", "inplace_torch"}


def public(kind):
    for module in modules():
        for name, thing in inspect.getmembers(module, kind):
            if thing.__module__ == module.__name__ and not name.startswith("_"):
                yield pytest.param(thing, id=f"{module.__name__}.{name}")


def errors(thing):
    if thing.__module__ in HELP_TEXTS:
        return []
    report = validate(f"{thing.__module__}.{thing.__qualname__}")
    return [(code, text) for code, text in report["errors"] if code not in IGNORED]


@pytest.mark.parametrize("function", list(public(inspect.isfunction)))
def test_functions_follow_numpydoc(function):
    assert inspect.getdoc(function), "a public function has a docstring"
    assert errors(function) == []


@pytest.mark.parametrize("cls", list(public(inspect.isclass)))
def test_classes_say_what_they_are(cls):
    own = cls.__dict__.get("__doc__") or ""
    assert own.strip(), "a public class has a docstring"
    assert not own.startswith(f"{cls.__name__}("), "a docstring of its own, not dataclass's"


def floor_1():
    for param in [*public(inspect.isfunction), *public(inspect.isclass)]:
        if param.values[0].__module__.split(".")[1] not in FLOOR_0 | FLOOR_2 | FLOOR_3 | PARTS:
            yield param


@pytest.mark.parametrize("thing", list(floor_1()))
def test_what_the_book_shows_has_an_example_and_a_source(thing):
    text = inspect.getdoc(thing)
    assert ">>>" in text, "an example that can be done in the head"
    assert "of chapter" in text, "the place in the book"
