"""The engine is chosen by what the cells need, and the verdict does not depend on it."""

from pathlib import Path

import pytest
from notebooks import RELEASE, answer, code, dump, load

from dlcourse.grading import bubblewrap, engines, sandbox
from dlcourse.grading.engines import FAST, KERNEL, choose
from dlcourse.grading.intake import Handed
from dlcourse.grading.sample import sample_class
from dlcourse.grading.sandbox import InfrastructureError, Limits, Sandbox
from dlcourse.grading.tasks import find_unit
from dlcourse.grading.verdict import Job, mark

UNIT = find_unit(1)
LIMITS = Limits(cell_seconds=1, call_seconds=0.5, total_seconds=20, grace_seconds=0.5)
SAMPLES = {sample.student: sample for sample in sample_class(UNIT, load(RELEASE))}
FAIR = sorted((Path(__file__).parents[1] / "fairness" / "neuron").glob("*.py"))


@pytest.mark.parametrize(
    "source",
    [
        "%time f(1)",
        "x = 1\n%timeit -n 3 f(1)",
        "t = %timeit -o f(1)",
        "%%timeit\nf(1)",
        "%%writefile f.py\nx = 1",
        "%%capture out\nprint(1)",
        "%run f.py",
        "%matplotlib inline\n%pwd",
        "!ls",
        "files = !ls",
        "?print",
        "print?",
        "print??",
        "get_ipython().run_line_magic('pwd', '')",
        "from IPython.display import HTML\ndisplay(HTML(''))",
        "import ipywidgets as widgets",
        "import numpy, IPython.display as d",
        "await f()",
        "x = [await f() for _ in y]",
        "[x async for x in y]",
        "async with f() as g: pass",
        "async for x in y: pass",
        "if x:\n    await f()",
        "\ufeff%time f(1)\r\nx = 1\r\n",
        "Out[1]",
    ],
)
def test_what_only_a_notebook_understands_needs_the_kernel(source):
    assert choose(["x = 1", source]) == KERNEL


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 5 % 3 != 2",
        "text = '''\n%time\n!ls\nwhat?\n'''",
        "%matplotlib inline\nx = 1",
        "%load_ext autoreload\n%autoreload 2",
        "%%time\nx = 1",
        "%%capture\nx = 1",
        "display(x)",
        "async def f():\n    async with h() as i: await g()\n    return [j async for j in i]",
        "# get_ipython, IPython, await",
        "x = 'get_ipython'",
        "x = (",
        "def f(x):\nreturn x % 2",
        "\x00",
        "x = " + "(" * 1000 + "%",
        "not_IPython = 1",
    ],
    ids=lambda source: source[:30],
)
def test_plain_python_takes_the_fast_engine_broken_or_not(source):
    assert choose([source]) == FAST


@pytest.fixture
def marking(box):
    def run(data, engine=""):
        handed = Handed("digest", data)
        job = Job(UNIT.name, "s01", handed, RELEASE.read_bytes(), "seed", LIMITS, engine)
        return mark(job, box).verdict

    return run


def both(marking, data):
    """The verdicts of both engines, less the names of the engines."""
    fast, kernel = marking(data, FAST), marking(data, KERNEL)
    assert (fast.pop("engine"), kernel.pop("engine")) == (FAST, KERNEL)
    assert "ipykernel" in kernel["versions"]
    kernel["versions"] = {name: kernel["versions"][name] for name in fast["versions"]}
    return fast, kernel


@pytest.mark.parametrize("student", [s for s in SAMPLES if SAMPLES[s].kind != "corrupted"])
def test_both_engines_give_the_sample_class_the_same_verdicts(marking, student):
    fast, kernel = both(marking, SAMPLES[student].make(load()))
    if SAMPLES[student].kind == "cheating":
        # One breaks `max`, which the kernel's event loop needs: later cells fail in other words.
        del fast["cells"], kernel["cells"]
    assert fast == kernel
    assert fast["status"] == "graded"


@pytest.mark.parametrize("path", FAIR, ids=lambda path: path.stem)
def test_both_engines_are_fair(marking, path):
    notebook = load(RELEASE)
    notebook["cells"].append(code(path.read_text("utf-8")))
    fast, kernel = both(marking, dump(notebook))
    assert fast == kernel
    assert fast["score"] == UNIT.points


MAGIC = """\
%matplotlib inline
%load_ext autoreload
!pip install numpy
import IPython.display, asyncio
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
%timeit softmax(np.ones((2, 3)))
display(IPython.display.Markdown("*done*"))
await asyncio.sleep(0)
softmax?"""


def test_a_notebook_with_magics_loses_nothing(marking):
    notebook = load()
    plain = marking(dump(notebook))
    answer(notebook, {"softmax": MAGIC})
    magic = marking(dump(notebook))
    assert (plain["engine"], magic["engine"]) == (FAST, KERNEL)
    assert magic["score"] == plain["score"] == UNIT.points
    assert magic["cells"] == []
    assert magic["sandbox"] == plain["sandbox"]
    assert "has shell commands, which are not run while grading" in magic["flags"]


def test_the_fast_engine_says_what_it_cannot_run(marking):
    notebook = load()
    answer(notebook, {"softmax": MAGIC})
    verdict = marking(dump(notebook), FAST)
    assert verdict["score"] < UNIT.points


def test_an_unreadable_submission_has_no_engine(marking):
    assert marking(b"{")["engine"] == ""


def test_without_ipykernel_nobody_is_marked_down(monkeypatch, marking):
    monkeypatch.setattr(engines, "NEEDED", "no_such_package")
    monkeypatch.setattr(sandbox, "NEEDED", "no_such_package")
    notebook = load()
    answer(notebook, {"softmax": MAGIC})
    with pytest.raises(InfrastructureError, match="pip install no_such_package"):
        marking(dump(notebook))
    assert marking(dump(load()))["score"] == UNIT.points


def test_a_kernel_that_does_not_start_does_not_end_the_class(monkeypatch, tmp_path):
    monkeypatch.setattr(bubblewrap, "NOTEBOOK", ())
    with Sandbox() as box:
        with pytest.raises(InfrastructureError, match=r"kernel does not start.*ModuleNotFound"):
            box.running(KERNEL)
        assert box.running(FAST) is box


def test_the_kernel_is_started_when_it_is_needed_and_ends_with_its_sandbox():
    with Sandbox() as box:
        box.start()
        assert box._other is None
        assert box.running(FAST) is box
        beside = box.running(KERNEL)
        assert box.running(KERNEL) is beside
        assert beside.level == box.level
        process = beside._process
    assert process.poll() is not None
