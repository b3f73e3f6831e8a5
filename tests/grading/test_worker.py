"""Cells run like a notebook's, calls answer like functions, and errors stay with their cell."""

import textwrap

import numpy as np
import pytest

from dlcourse.grading.inside import cells, stub
from dlcourse.grading.sandbox import Cell, Limits, Sandbox
from dlcourse.grading.spec import Case, Function, Random

QUICK = Limits(cell_seconds=0.3, call_seconds=0.3)


@pytest.fixture(scope="module", params=["fast", "kernel"])
def box(request):
    """Both engines: what plain Python does in one, it does in the other."""
    with Sandbox(engine=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def session(box):
    with box.session() as opened:
        yield opened


def run(session, *sources):
    made = [Cell(f"c{i}", textwrap.dedent(source)) for i, source in enumerate(sources)]
    return session.run_cells(made)


def fails(session, source):
    [outcome] = run(session, source)
    assert not outcome.fatal
    return outcome


def call(session, source, *args, name="f", **kwargs):
    [outcome] = run(session, source)
    assert outcome.error is None
    return session.call(name, Case(args, kwargs))


def test_cells_share_one_namespace_and_print(session):
    outcomes = run(session, "a = 2", "print(a + 1)", "import sys; print('e', file=sys.stderr)")
    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert [outcome.stdout for outcome in outcomes] == ["", "3\n", "e\n"]
    assert [outcome.id for outcome in outcomes] == ["c0", "c1", "c2"]


def test_an_error_stays_with_its_cell(session):
    broken = "def g():\n    return nothing_here\n\ng()"
    first, second, third = run(session, "a = 1", broken, "print(a)")
    assert first.error is None
    assert (second.error, second.line) == ("NameError: name 'nothing_here' is not defined", 2)
    assert third.stdout == "1\n"


def test_the_line_of_an_error_is_that_of_its_own_cell(session):
    _, outcome = run(session, "def g():\n    return 1 / 0", "x = 1\n\ng()")
    assert (outcome.error, outcome.line) == ("ZeroDivisionError: division by zero", 3)


@pytest.mark.parametrize(
    ("source", "error", "line"),
    [
        ("x = 1\ny = (", "SyntaxError: '(' was never closed", 2),
        ("raise SystemExit(3)", "SystemExit: 3", 1),
        ("import sys; sys.exit()", "SystemExit", 1),
        ("exit()", "SystemExit", 1),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", 1),
        ("class E(BaseException): pass\nraise E('odd')", "E: odd", 2),
        ("raise ValueError('a\\n  b' + 'c' * 10_000)", "ValueError: a b" + "c" * 285, 1),
        ("def f(): return f()\nf()", "RecursionError: maximum recursion depth exceeded", 1),
        ("x = b'0' * (8 << 30)", "MemoryError", 1),
        ("input('?')", "EOFError: input() cannot be answered while grading: give the", 1),
        (
            "open('/tmp/big', 'wb').write(b'0' * (128 << 20))",
            "OSError: [Errno 27] File too large",
            1,
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_way_of_stopping_a_cell_is_an_error_of_that_cell(session, source, error, line):
    outcome = fails(session, source)
    assert outcome.error.startswith(error)
    assert outcome.line == line
    assert run(session, "print('alive')")[0].stdout == "alive\n"


def test_a_null_byte_is_an_error_of_its_cell(session):
    assert "cannot contain null bytes" in fails(session, "\x00").error


def test_an_error_that_cannot_be_printed_is_named(session):
    source = "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E"
    assert fails(session, source).error == "E"


def test_a_cell_that_takes_too_long_is_interrupted_and_the_next_runs(box):
    with box.session(QUICK) as session:
        outcomes = run(session, "while True: pass", "import time; time.sleep(9)", "print(1)")
    assert [outcome.error for outcome in outcomes] == ["took longer than 0.3 s"] * 2 + [None]
    assert outcomes[2].stdout == "1\n"


def test_a_bare_except_swallows_the_interrupt_once_only(box):
    source = "def spin():\n    while True: pass\ntry: spin()\nexcept: print(1)\nspin()"
    with box.session(QUICK) as session:
        outcome = fails(session, source)
    assert (outcome.error, outcome.stdout) == ("took longer than 0.3 s", "1\n")


def test_output_is_capped_and_says_so(box):
    with box.session(Limits(output_bytes=100)) as session:
        [outcome] = run(session, "print('é' * 200)")
        [after] = run(session, "print('x' * 99)")
    assert outcome.stdout.startswith("é" * 50)
    assert outcome.stdout.endswith("(the rest of the output was cut)\n")
    assert after.stdout == "x" * 99 + "\n"


def test_standard_streams_can_be_misused(session):
    source = """
        import os, sys
        sys.stdout.buffer.write(b'raw\\n')
        print('\\ud800', flush=True)
        os.write(1, b'to the descriptor')
        print(sys.stdout.isatty(), repr(sys.stdin.read()))
        sys.stdout.close()
        os.close(1)
        """
    [outcome] = run(session, source)
    assert outcome.stdout == "raw\n\\ud800\nFalse ''\n"
    assert run(session, "print('again')")[0].stdout == "again\n"


def test_harmless_magics_are_left_out_and_lines_stay(session):
    source = "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n"
    source += "if True:\n    %config A.b = 'c'\n1/0"
    outcome = fails(session, source)
    assert (outcome.error, outcome.line) == ("ZeroDivisionError: division by zero", 6)
    assert run(session, "%%time\nprint(1)")[0].stdout.startswith("1\n")


def test_other_magics_and_shell_lines_are_explained_by_the_fast_engine():
    with Sandbox() as box, box.session() as session:
        _are_explained(session)


def _are_explained(session):
    outcome = fails(session, "import numpy as np\n%timeit np.exp(1)")
    assert (outcome.error, outcome.line) == (
        "SyntaxError: the magic %timeit cannot be used while grading: write plain Python",
        2,
    )
    assert "shell commands cannot be used" in fails(session, "!pip install numpy").error


def test_what_looks_like_a_magic_in_plain_python_stays(session):
    source = "text = '''\n%matplotlib inline\n'''\nx = (7\n%matplotlib\n) if False else 1\n"
    source += "print(len(text), x)"
    assert run(session, source)[0].stdout == "20 1\n"


def test_odd_bytes_at_the_ends_of_lines_do_no_harm(session):
    assert run(session, "\ufeffx = 1\r\nprint(x)\rprint(2)")[0].stdout == "1\n2\n"


def test_a_notebook_finds_its_usual_surroundings(session):
    source = """
        from dataclasses import dataclass
        import matplotlib.pyplot as plt, numpy as np, pickle
        @dataclass
        class P:
            x: "int"
        assert __name__ == "__main__" and pickle.loads(pickle.dumps(P(2))) == P(2)
        plt.plot(np.arange(3)); plt.show(); plt.savefig("picture.png")
        display(P(1))
        """
    [outcome] = run(session, source)
    assert outcome.error is None
    assert outcome.stdout == "P(x=1)\n"


def test_figures_are_closed_after_each_cell(session):
    outcomes = run(
        session, "import matplotlib.pyplot as plt; plt.figure()", "print(plt.get_fignums())"
    )
    assert outcomes[1].stdout == "[]\n"


@pytest.mark.parametrize(
    "line", ["from dlcourse.grading import check", "from dlcourse.grading.check import check"]
)
def test_check_is_there_and_does_nothing(session, line):
    [outcome] = run(session, f"{line}\nimport dlcourse.grading\nprint(check('softmax', None, a=1))")
    assert (outcome.error, outcome.stdout) == (None, "None\n")


@pytest.mark.parametrize(
    "line",
    [
        "import dlcourse.activations",
        "from dlcourse import activations",
        "from dlcourse.activations import softmax",
        "from dlcourse.grading.spec import Case",
        "from dlcourse.grading import spec",
        "import dlcourse; dlcourse.softmax",
        "import importlib; importlib.import_module('dlcourse.neuron')",
    ],
)
def test_the_answers_of_the_course_are_refused_in_words(session, line):
    assert stub.SENTENCE in fails(session, line).error


def test_a_call_answers(session):
    answer = call(session, "def f(x, scale=1): return x * scale", np.arange(3.0), scale=2)
    assert np.array_equal(answer.value, [0, 2, 4])
    assert (answer.error, answer.warnings, answer.fatal) == ("", (), False)


def test_a_call_gets_fresh_arguments_and_sends_them_back(session):
    source = "def f(x, many):\n    x += 1\n    many.append(x)\n    return 0"
    first = call(session, source, np.zeros(2), [])
    assert np.array_equal(first.arguments[0], [1, 1])
    assert len(first.arguments[1]) == 1
    again = session.call("f", Case((np.zeros(2), [])))
    assert np.array_equal(again.arguments[0], [1, 1])
    assert session.call("f", Case((np.zeros(2), [])), echo=False).arguments == ()


def test_arguments_that_cannot_come_back_do_not_cost_the_value(session):
    answer = call(session, "def f(many):\n    many.append(object())\n    return 5", [])
    assert (answer.value, answer.error, answer.arguments) == (5, "", ())


def test_functions_and_generators_cross_as_data(session):
    function = Function("tanh", (2.0, 3.0, 1.0))
    answer = call(session, "def f(g, x): return g(x)", function, np.array([0.1, 0.2]))
    assert np.array_equal(answer.value, function(np.array([0.1, 0.2])))
    source = "def draw(rng, shape): return rng.normal(size=shape)"
    for _ in range(2):
        answer = call(session, source, Random(7), (2, 3), name="draw")
        assert np.array_equal(answer.value, Random(7).generator().normal(size=(2, 3)))


@pytest.mark.parametrize("kind", ["identity", "tanh", "sin", "arctan", "square", "step"])
def test_every_kind_of_function_is_the_same_on_both_sides(session, kind):
    function = Function(kind, (1.5, -0.5, 0.25))
    z = np.linspace(-2, 2, 9)
    answer = call(session, "def f(g, z): return g(z)", function, z)
    assert np.array_equal(answer.value, function(z))


def test_a_function_is_taken_where_its_check_stands(session):
    session.run_cells(
        [
            Cell("a", "def f(): return 'first'"),
            Cell("b", "", takes=("f", "later")),
            Cell("c", "def f(): return 'second'\ndef later(): return 'late'"),
        ]
    )
    assert session.call("f", Case()).value == "first"
    assert session.call("later", Case()).value == "late"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("", "f is not defined"),
        ("f = None", "f is not defined"),
        ("f = 3", "TypeError: 'int' object is not callable"),
        ("def f(): raise ValueError('no')", "ValueError: no"),
        ("def f():\n import sys\n sys.exit(0)", "SystemExit: 0"),
        ("def f(): return f()", "RecursionError: maximum recursion depth exceeded"),
        ("def f(): return {1}", "returned a value of type set, where numbers, arrays,"),
        ("def f(): return lambda: 0", "returned a value of type function, where"),
        ("def f(): return [(i for i in range(3))]", "returned a value of type generator"),
        (
            "import numpy as np\ndef f(): return np.array([None])",
            "returned an array of dtype object",
        ),
        ("import numpy as np\ndef f(): return np.zeros(1 << 22)", "returned an array of 33554432"),
        ("def f(): return [0] * (1 << 29)", "MemoryError"),
        ("def f():\n while True: pass", "took longer than 0.3 s"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_way_of_failing_a_call_is_an_error_of_that_call(box, source, error):
    with box.session(QUICK) as session:
        answer = call(session, source)
        assert answer.error.startswith(error)
        assert not answer.fatal
        assert answer.value is None
        assert session.run_cells([Cell("a", "print(1)")])[0].stdout == "1\n"


@pytest.mark.parametrize("body", ["(i for i in range(3))", "map(int, '012')", "range(3)"])
def test_iterators_run_to_their_end_inside_the_call(session, body):
    assert call(session, f"def f(): return {body}").value == [0, 1, 2]


def test_numpy_warnings_are_reported_and_others_are_not(session):
    source = """
        import numpy as np, warnings
        np.seterr(all="ignore")
        def f(x):
            warnings.warn("overflow of patience")
            warnings.warn("something else", RuntimeWarning)
            np.exp(-x)
            return [np.exp(x), x / 0, np.log(-x)]
        """
    answer = call(session, source, np.array([1e4]))
    assert answer.warnings == (
        "overflow encountered in exp",
        "divide by zero encountered in divide",
        "invalid value encountered in log",
    )
    assert session.call("f", Case((np.array([1e4]),))).warnings == answer.warnings


def test_a_million_warnings_are_told_once(session):
    source = "import numpy as np\ndef f(x):\n    for _ in range(2000): np.exp(x)"
    assert call(session, source, np.array([1e4])).warnings == ("overflow encountered in exp",)


def test_prints_in_a_call_cost_nothing(session):
    assert call(session, "def f():\n    print('x' * 10**6)\n    return 1").value == 1


def test_draws_without_a_seed_are_the_same_on_every_regrade(box):
    source = "import random, numpy as np\nprint(random.random(), np.random.rand(), hash('a'))"
    printed = []
    for _ in range(2):
        with box.session() as session:
            printed.append(run(session, source)[0].stdout)
    assert printed[0] == printed[1]


def test_compile_cell_keeps_what_it_does_not_know():
    code = cells.compile_cell("x = 5 % 3", "here")
    names = {}
    exec(code, names)
    assert names["x"] == 2
    with pytest.raises(SyntaxError, match="%%bash"):
        cells.compile_cell("%%bash\nls", "here")
