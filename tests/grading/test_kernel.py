"""The kernel engine is a notebook: magics, display, widgets, await; and its doors are shut.

What every engine must withstand is in `test_sandbox`, which runs with this one too.
"""

import socket
import textwrap

import numpy as np
import pytest

from dlcourse.grading.engines import KERNEL
from dlcourse.grading.inside import kernel
from dlcourse.grading.sandbox import Cell, Limits, Sandbox
from dlcourse.grading.spec import Case

QUICK = Limits(cell_seconds=1.0, call_seconds=0.5, grace_seconds=2.0, total_seconds=20)


@pytest.fixture(scope="module")
def box():
    with Sandbox(engine=KERNEL) as made:
        yield made


@pytest.fixture
def session(box):
    with box.session(QUICK) as opened:
        yield opened


def run(session, *sources):
    cells = [Cell(f"c{i}", textwrap.dedent(source)) for i, source in enumerate(sources)]
    return session.run_cells(cells)


def said(session, *sources):
    """What the cells print, when none of them fails."""
    outcomes = run(session, *sources)
    assert [outcome.error for outcome in outcomes] == [None] * len(sources)
    return [outcome.stdout for outcome in outcomes]


# A notebook


@pytest.mark.parametrize(
    ("source", "prints"),
    [
        ("1 + 1", "2\n"),
        ("1 + 1;", ""),
        ("%time x = 5\nprint(x)", "5\n"),
        ("%%time\nx = 6\nprint(x)", "6\n"),
        ("%timeit sum(range(9))", "1 run, 1 loop each"),
        ("%%timeit -n 3 -r 2\nsum(range(9))", "2 runs, 3 loops each"),
        ("t = %timeit -o -q sum(range(9))\nprint(t.loops)", "1\n"),
        ("%%capture out\nprint(7)", ""),
        ("%pwd", "'/tmp'\n"),
        ("x = 3\n%who_ls", "'x'"),
        ("print(get_ipython().run_line_magic('pwd', ''))", "/tmp\n"),
        ("len?", "Return the number of items"),
        ("display(3)", "3\n"),
        ("from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))", "HTML object"),
        ("from IPython.display import Markdown\nMarkdown('*x*')", "Markdown object"),
        ("h = display(1, display_id=True)\nh.update(2)", "1\n2\n"),
        ("from IPython.display import clear_output\nclear_output()\nprint(1)", "1\n"),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1]); plt.show()", ""),
        ("import ipywidgets as w\nw.IntSlider(value=4)", "IntSlider(value=4)"),
        ("from ipywidgets import interact\ninteract(lambda x: print(x), x=(1, 9));", "interactive"),
        ("import asyncio\nprint(await asyncio.sleep(0.01, 'slept'))", "slept\n"),
        ("import asyncio\n[await asyncio.sleep(0, i) for i in range(2)]", "[0, 1]\n"),
        ("from tqdm import tqdm", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_cell_does_what_it_does_in_a_notebook(session, source, prints):
    [outcome] = run(session, source)
    if prints is None:
        assert outcome.error == "ModuleNotFoundError: No module named 'tqdm'"
    else:
        assert outcome.error is None
        assert prints in outcome.stdout


def test_cells_build_on_each_other(session):
    printed = said(
        session,
        "%%writefile helper.py\ndef twice(x):\n    return 2 * x",
        "%run helper.py\nprint(twice(4))",
        "from helper import twice as again\nagain(5)",
        "print(_ + 1, Out[3], In[3])",
        "import asyncio\ntask = asyncio.create_task(asyncio.sleep(0.01, 'later'))",
        "print(await task)",
        "%%capture kept\nprint(9)",
        "print(kept.stdout * 2)",
    )
    assert printed[1] == "8\n"
    assert printed[2:4] == ["10\n", "11 10 from helper import twice as again\nagain(5)\n"]
    assert printed[5] == "later\n"
    assert printed[7] == "9\n9\n\n"


def test_a_namespace_that_is_reset_takes_new_functions(session):
    said(session, "def f(): return 1", "%reset -f", "def f(): return 2")
    assert session.call("f", Case()).value == 2


def test_a_widget_calls_back_in_the_notebook(session):
    source = """
        import ipywidgets as widgets
        seen = []
        slider = widgets.IntSlider()
        slider.observe(lambda change: seen.append(change["new"]), "value")
        slider.value = 7
        print(seen)
        """
    assert said(session, source) == ["[7]\n"]


def test_functions_made_with_magics_answer_calls(session):
    run(session, "%%time\ndef f(x):\n    display(x)\n    return x + len(get_ipython().pid_s)")
    run(session, "from IPython import get_ipython\ndef g(x):\n    return get_ipython() is not None")
    assert session.call("f", Case((1,))).error.startswith("AttributeError")
    assert session.call("g", Case((1,))).value is True
    assert session.call("g", Case((np.ones(3),))).arguments[0].shape == (3,)


@pytest.mark.parametrize(
    ("source", "error", "line"),
    [
        ("%nonsense 3", "UsageError: Line magic function `%nonsense` not found.", 1),
        ("x = 1\n%run nothing.py", "Exception: File `'nothing.py'` not found.", 2),
        ("%time 1 / 0", "ZeroDivisionError: division by zero", 1),
        ("%time x = 1\ny = (", "SyntaxError: '(' was never closed", 2),
        ("import asyncio\nawait asyncio.sleep(0)\n1 / 0", "ZeroDivisionError: division by zero", 3),
        ("import asyncio\nawait asyncio.sleep(9)", "took longer than 1 s", 2),
        ("async def f():\n    while True: pass\nawait f()", "took longer than 1 s", 2),
        ("%timeit while True: pass", "took longer than 1 s", 1),
    ],
)
def test_errors_stay_with_their_cell(session, source, error, line):
    [outcome] = run(session, source)
    assert (outcome.error, outcome.line, outcome.fatal) == (error, line, False)
    assert said(session, "print('alive')") == ["alive\n"]


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("!pip install torch", ""),
        ("files = !ls -l\nprint(files)", "[]\n"),
        ("!ls\nprint(_exit_code)", "127\n"),
        ("%%bash\nls", ""),
        ("%%sh\nls", ""),
        ("%%script python\nprint(1)", ""),
        ("%system ls", "[]\n"),
        ("%pip install torch", ""),
    ],
)
def test_shell_commands_do_not_run_and_do_not_stop_a_cell(session, source, after):
    [printed] = said(session, source)
    assert kernel.NO_SHELL in printed
    assert printed.endswith(after)


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("f(1)", "-n 1 -r 1 f(1)"),
        ("-n 5 f(1)", "-r 1 -n 5 f(1)"),
        ("-n5 -r2 f(1)", "-n5 -r2 f(1)"),
        ("-o -r 3 f(1)", "-n 1 -o -r 3 f(1)"),
        ("x -n", "-n 1 -r 1 x -n"),
        ("", "-n 1 -r 1 "),
    ],
)
def test_timeit_runs_once_unless_told_otherwise(line, wanted):
    assert kernel.once(line) == wanted


# Attacks that only a kernel invites


def usable(box):
    """Whether the sandbox still marks an honest submission."""
    with box.session(QUICK) as session:
        return said(session, "%pwd\nprint(6 * 7)") == ["42\n"]


def test_a_million_display_updates_end_in_time_and_cost_no_memory(box):
    source = """
        handle = display("start", display_id=True)
        for number in range(10**6): handle.update("x" * 1000)
        """
    with box.session(Limits(cell_seconds=2)) as session:
        [outcome] = run(session, source)
        assert outcome.error in (None, "took longer than 2 s")
        assert len(outcome.stdout) < 70_000
        assert said(session, "print('alive')") == ["alive\n"]
    assert session.resources["peak_bytes"] < 300 << 20


def test_a_giant_display_is_cut(session):
    [printed] = said(session, "class C:\n    def __repr__(self): return 'x' * 10**7\ndisplay(C())")
    assert len(printed) < 70_000
    assert printed.endswith("(the rest of the output was cut)\n")


@pytest.mark.parametrize(
    "source",
    [
        "import zmq\nzmq.Context().socket(zmq.PUB).bind('tcp://127.0.0.1:5555')",
        "import zmq\nzmq.Context().socket(zmq.PUB).bind('ipc:///tmp/k')",
        "from jupyter_client import KernelManager\nKernelManager().start_kernel()",
        "from ipykernel.kernelapp import IPKernelApp\nIPKernelApp().initialize([])",
    ],
)
def test_there_are_no_sockets_to_forge_messages_on(box, source):
    with box.session(QUICK) as session:
        [outcome] = run(session, source)
        assert outcome.error
    assert usable(box)


def test_a_socket_of_the_students_own_leads_nowhere(box):
    source = """
        import zmq
        %connect_info
        line = zmq.Context().socket(zmq.REQ)
        line.connect("tcp://127.0.0.1:PORT")
        line.send(b"hello", zmq.NOBLOCK)
        """
    with socket.create_server(("127.0.0.1", 0)) as server, box.session(QUICK) as session:
        [outcome] = run(session, source.replace("PORT", str(server.getsockname()[1])))
        assert "signature" not in outcome.stdout
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert usable(box)


def test_forged_messages_reach_nobody(box):
    source = """
        k = get_ipython().kernel
        def f(x):
            for kind in ("execute_reply", "error", "display_data", "comm_open", "status"):
                k.session.send(k.iopub_socket, kind, {"status": "ok", "data": {"text/plain": "1"}})
            return x + 1
        """
    with box.session(QUICK) as session:
        said(session, source)
        assert session.call("f", Case((1,))).value == 2


@pytest.mark.parametrize(
    "source",
    [
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
        "get_ipython().input_transformers_post.append(lambda lines: 1 / 0)",
        "import ast\nclass T(ast.NodeTransformer):\n"
        "    def visit_Module(self, node): return ast.parse('')\n"
        "get_ipython().ast_transformers.append(T())",
        "get_ipython().run_cell = get_ipython().run_cell_async = None",
        "get_ipython().kernel.execute_request = None",
        "get_ipython().kernel.session.send = None",
        "get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)",
        "get_ipython().events.register('pre_run_cell', lambda *a: 1 / 0)",
        "get_ipython().events.register('post_run_cell', lambda *a: exit())",
        "get_ipython().display_formatter = None",
        "get_ipython().last_execution_result = property()",
        "get_ipython().user_ns = {}",
        "import asyncio\nasyncio.get_event_loop().stop()",
        "import asyncio\nasyncio.get_running_loop().close()",
        "import sys\nsys.modules.clear()",
        "%reset -f",
        "exit",
        "quit()",
        "get_ipython().ask_exit()",
        "%kill_embedded",
        "%xmode Verbose",
        "%gui qt",
        "%autocall 2",
        "%cd /",
    ],
)
def test_a_kernel_turned_inside_out_earns_nothing_and_hurts_nobody(box, source):
    """The functions defined before are still asked; what was broken is the student's own."""
    with box.session(QUICK) as session:
        session.run_cells([Cell("a", "def f(): return 'mine'"), Cell("b", "", ("f",))])
        run(session, source, "def f(): return 'other'", "print(f())")
        answer = session.call("f", Case())
        assert answer.value == "mine" or answer.error
    assert usable(box)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("%time __import__('os')._exit(3)", "the process ended itself (exit status 3)"),
        ("%time __import__('ctypes').string_at(0)", "the process crashed (signal 11, SIGSEGV)"),
        (
            "import asyncio\nasync def f():\n  while True:\n    try: await asyncio.sleep(9)\n"
            "    except BaseException: pass\nawait f()",
            "took longer than 1 s",
        ),
        (
            "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n%time while True: pass",
            "took longer than 1 s and could not be interrupted",
        ),
    ],
)
def test_endings_in_the_kernel_are_told_in_words(box, source, says):
    with box.session(QUICK) as session:
        [outcome] = run(session, source)
        assert outcome.error == says
    assert usable(box)


def test_magics_read_nothing_of_the_machine(session):
    for magic in ("load", "run", "pycat", "cat"):
        [outcome] = run(session, f"%{magic} /etc/passwd")
        assert "root:" not in outcome.stdout + str(outcome.error)


def test_nothing_of_the_kernel_survives(box):
    for _ in range(2):
        with box.session(QUICK) as session:
            [found, _] = said(
                session,
                "print('leak' in globals(), len(In))",
                "leak = 1\nIn.append('x')\nget_ipython().history_manager.db_log_output = True",
            )
        assert found == "False 2\n"


def test_without_a_sandbox_the_kernel_works_the_same():
    with Sandbox(unsafe=True, engine=KERNEL) as unsafe, unsafe.session(QUICK) as session:
        printed = said(session, "!ls\n%time x = 1\ndisplay(x)", "def f(): return 5")
        assert kernel.NO_SHELL in printed[0]
        assert session.call("f", Case()).value == 5
