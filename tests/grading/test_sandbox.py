"""Hostile submissions, run for real: nothing is stolen, nobody else is hurt, the grader lives.

These tests need bubblewrap, and fail without it: a sandbox that was not tried is no sandbox.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from dlcourse.grading import bubblewrap, sandbox
from dlcourse.grading.engines import FAST, KERNEL
from dlcourse.grading.inside import seccomp
from dlcourse.grading.inside.worker import TOO_LATE
from dlcourse.grading.sandbox import (
    UNSAFE_LEVEL,
    Cell,
    InfrastructureError,
    Limits,
    Sandbox,
    SandboxUnavailable,
    probe,
)
from dlcourse.grading.spec import Case

QUICK = Limits(cell_seconds=1.0, call_seconds=0.5, grace_seconds=0.5, total_seconds=20)


@pytest.fixture(scope="module", params=["nested", "shared", "nested kernel", "shared kernel"])
def box(request):
    """Both levels, with both engines.

    The levels: with namespaces of each submission's own, and where these are refused.
    """
    level, _, engine = request.param.partition(" ")
    with Sandbox(nested=level == "nested", engine=engine or FAST) as made:
        yield made


@pytest.fixture(scope="module")
def nested_box():
    with Sandbox() as made:
        yield made


def run(session, source):
    [outcome] = session.run_cells([Cell("c", textwrap.dedent(source))])
    return outcome


def printed(box, source, limits=QUICK):
    with box.session(limits) as session:
        outcome = run(session, source)
    assert outcome.error is None, outcome.error
    return outcome.stdout


def attempt(box, source, limits=QUICK):
    """Run statements that each must fail; give the names of the errors."""
    lines = ["import os, socket, ctypes, sys, signal", "def attempt(action):"]
    lines += ["    try: print('got', action())", "    except OSError as e: print(e.errno)"]
    lines += [f"attempt(lambda: {line})" for line in textwrap.dedent(source).split("\n") if line]
    return printed(box, "\n".join(lines), limits).split("\n")[:-1]


def usable(box):
    """Whether the sandbox still marks an honest submission."""
    return printed(box, "print(6 * 7)") == "42\n"


def test_the_levels_are_named(box):
    wanted = "bubblewrap namespaces, " if box.nested else "bubblewrap, shared by submissions, "
    assert box.level.startswith(wanted + "seccomp")


# Calls that are sent ahead

COUNTS = """
import os, time
seen = []
def f(x):
    seen.append(x)
    if x == 10:
        while True: pass
    if x == 20:
        os._exit(3)
    return len(seen)
def tried():
    return seen
"""


def numbered(*numbers):
    return [(Case((number,)), False) for number in numbers]


def test_calls_sent_ahead_are_answered_in_order(box):
    with box.session(QUICK) as session:
        run(session, COUNTS)
        answers = list(session.calls("f", numbered(*[1] * 100)))
        assert [(answer.value, late) for answer, late in answers] == [
            (number, False) for number in range(1, 101)
        ]


def test_after_a_call_that_takes_too_long_those_sent_ahead_are_not_tried(box):
    with box.session(QUICK) as session:
        run(session, COUNTS)
        started = time.monotonic()
        answers = list(session.calls("f", numbered(1, 2, 10, *[10] * 20)))
        assert time.monotonic() - started < 3 * QUICK.call_seconds
        assert [late for _, late in answers] == [False, False, True] + [False] * 20
        assert answers[2][0].error == "took longer than 0.5 s"
        assert {answer.error for answer, _ in answers[3:]} == {TOO_LATE}
        assert session.call("tried", Case()).value == [1, 2, 10]
        # the next task is tried
        assert session.call("f", Case((5,))).value == 4


def test_who_stops_early_leaves_no_answer_behind(box):
    with box.session(QUICK) as session:
        run(session, COUNTS)
        with contextlib.closing(session.calls("f", numbered(*range(100, 130)))) as answers:
            for _ in range(5):
                next(answers)
        tried = session.call("tried", Case()).value
        assert tried[:5] == [100, 101, 102, 103, 104]
        assert session.call("f", Case((5,))).value == len(tried) + 1


def test_answers_from_before_the_end_of_the_process_count(box):
    with box.session(QUICK) as session:
        run(session, COUNTS)
        answers = [answer for answer, _ in session.calls("f", numbered(1, 2, 3, 20, 4, 5))]
        assert [answer.value for answer in answers] == [1, 2, 3, None]
        assert answers[3].fatal
        assert answers[3].error == "the process ended itself (exit status 3)"
        assert session.call("f", Case((1,))).fatal


def test_arguments_that_fill_the_line_cross_too(box):
    with box.session(QUICK) as session:
        run(session, "def g(x): return x + 1")
        cases = [Case((np.full(size, 1.0),)) for size in [1, 1, 100_000, 10, 300_000, 5_000] * 4]
        asked = [(case, False) for case in cases]
        for case, (answer, _) in zip(cases, session.calls("g", asked), strict=True):
            assert np.array_equal(answer.value, case.args[0] + 1)


# Theft


def test_files_of_the_machine_cannot_be_read(box, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    here = Path(__file__)
    places = [
        "/etc/shadow",
        "/etc/passwd",
        str(secret),
        str(here),
        sandbox.__file__,
        "/proc/1/environ",
    ]
    places += ["/proc/self/environ", "/proc/1/root/etc/passwd", f"/proc/{os.getpid()}/environ"]
    places += ["/opt/site/../../etc/passwd", str(Path(sys.prefix) / "pyvenv.cfg"), "/dev/mem"]
    outcomes = attempt(box, "\n".join(f"open({place!r}).read()" for place in places))
    assert "got" in attempt(box, "open(sys.modules['numpy'].__file__)")[0]
    assert len(outcomes) == len(places)
    assert set(outcomes) <= {"2", "13"}
    folders = ["/", "/home", "/var", "/srv", "/tmp/..", str(here.parent), str(Path.home() / ".ssh")]
    assert set(attempt(box, "\n".join(f"os.listdir({f!r})" for f in folders))) <= {"2", "13"}


def test_only_numpy_matplotlib_and_what_they_need_can_be_imported(box):
    source = """
        import importlib, sys
        sys.meta_path = [finder for finder in sys.meta_path if "Refusal" not in repr(finder)]
        for name in [name for name in sys.modules if name.startswith("dlcourse")]:
            del sys.modules[name]
        for name in ["numpy", "matplotlib.pyplot", "PIL.Image", "torch", "scipy", "pytest", "pip",
                     "dlcourse.activations", "dlcourse.grading.spec", "nbgrader", "sklearn"]:
            try: importlib.import_module(name); print(name)
            except ImportError: pass
        """
    assert printed(box, source).split() == ["numpy", "matplotlib.pyplot", "PIL.Image"]


def test_packages_of_the_system_are_out_of_reach_by_path(box):
    source = """
        import os, sys
        places = [os.path.join(folder, name) for root in (sys.base_prefix, "/usr", "/lib64")
                  for folder, names, _ in os.walk(root) for name in names
                  if name in ("site-packages", "dist-packages")]
        print([place for place in places if os.listdir(place)])
        print(sorted(name for name in os.listdir("/opt/site") if name.endswith(".dist-info")))
        """
    installed, inside = printed(box, source, Limits()).splitlines()
    assert installed == "[]"
    found = [name.split("-")[0].lower() for name in eval(inside)]
    names = bubblewrap.DISTRIBUTIONS + (bubblewrap.NOTEBOOK if box.engine == KERNEL else ())
    wanted = [each.name for each in bubblewrap.closure(names)]
    assert found == sorted(name.lower().replace("-", "_") for name in wanted)


def test_the_environment_and_the_arguments_hold_no_secret(box, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "tell nobody")
    with Sandbox(nested=box.nested) as fresh:
        assert "tell nobody" not in printed(fresh, "import os, sys; print(os.environ, sys.argv)")
        assert set(attempt(fresh, "open('/proc/self/cmdline').read()")) <= {"2", "13"}


def test_no_other_process_can_be_seen_or_touched(box):
    outcomes = attempt(
        box,
        f"""
        os.listdir('/proc/1')
        os.kill(-1, signal.SIGKILL)
        os.kill(os.getppid(), signal.SIGKILL)
        os.killpg(0, signal.SIGKILL)
        os.kill({os.getpid()}, 0)
        os.pidfd_open(os.getpid())
        """,
    )
    assert set(outcomes) <= {"1", "2", "3", "13"}
    trace = "import ctypes; print([ctypes.CDLL(None).ptrace(16, pid, 0, 0) for pid in (1, 2, 3)])"
    assert printed(box, trace) == "[-1, -1, -1]\n"
    assert usable(box)


def test_there_is_no_network(box):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        outcomes = attempt(
            box,
            f"""
            socket.create_connection(('127.0.0.1', {port}), 1)
            socket.socket(socket.AF_UNIX)
            socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
            socket.getaddrinfo('example.org', 80)
            """,
        )
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()
    assert not any(outcome.startswith("got") for outcome in outcomes)
    assert outcomes[:3] == ["1", "1", "1"]


def test_doors_of_the_kernel_are_shut(box):
    source = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        def call(number, *arguments):
            ctypes.set_errno(0)
            return libc.syscall(number, *arguments), ctypes.get_errno()
        print({name: call(number, 0, 0, 0, 0) for name, number in NUMBERS.items()})
        print([call(CLONE3, 0, 0), call(CLONE, 0x10000000 | 17, 0, 0, 0, 0)])
        """
    column = seccomp._MACHINES[os.uname().machine][0]
    numbers = {n: pair[column] for n, pair in seccomp._REFUSED.items() if pair[column] >= 0}
    source = source.replace("NUMBERS", repr(numbers)).replace("(CLONE3", "(435")
    source = source.replace("(CLONE", "(" + str(seccomp._MACHINES[os.uname().machine][2]))
    refused, clones = printed(box, source).splitlines()
    assert set(eval(refused).values()) == {(-1, 1)}
    assert eval(clones) == [(-1, 38), (-1, 1)]


def test_the_identity_is_nobodys(box):
    source = """
        import ctypes, os, struct
        data = ctypes.create_string_buffer(24)
        header = ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0))
        ctypes.CDLL(None).capget(header, data)
        print(os.getuid(), os.getgid(), os.getgroups(), data.raw == bytes(24),
              ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))
        """
    uid = bubblewrap.SANDBOX_UID
    assert printed(box, source) == f"{uid} {uid} [] True 1\n"


# Harm


def test_the_system_and_the_runtime_cannot_be_written(box):
    places = ["/x", "/usr/lib/x", "/opt/site/x", "/dev/x", "/dev/shm/x", "/proc/x", "/var/x"]
    places += [f"{bubblewrap.RUNTIME}/worker.py", np.__file__, "/root/x", "/run/x"]
    outcomes = attempt(box, "\n".join(f"open({place!r}, 'w')" for place in places))
    assert set(outcomes) <= {"1", "2", "13", "30"}
    links = attempt(box, "os.symlink('/etc/passwd', '/usr/lib/x')\nos.mkdir('/x')\nos.chroot('.')")
    assert set(links) <= {"1", "2", "13", "30"}


def test_nothing_survives_from_one_submission_to_the_next(box):
    source = """
        import os, tempfile
        from pathlib import Path
        here = Path(tempfile.gettempdir())
        print(sorted(path.name for path in here.iterdir()), here == Path.cwd())
        (here / "note").write_text("the inputs were 1, 2, 3")
        (here / "closed").mkdir(); (here / "closed" / "x").write_text("")
        os.chmod(here / "closed", 0)
        for place in ("/tmp/note", "/tmp/matplotlib/note", "/dev/shm/note"):
            try: Path(place).write_text("")
            except OSError: pass
        """
    for _ in range(3):
        assert printed(box, source) == "[] True\n"
    if not box.nested:
        assert set(attempt(box, "os.listdir('/tmp')")) == {"13"}


def test_what_one_submission_writes_takes_no_room_from_the_next(box):
    source = "written = open('big', 'wb').write(bytes(40 << 20)); print(written >> 20)"
    for _ in range(3):
        assert printed(box, source, Limits()) == "40\n"


def test_a_submission_holds_its_own_descriptors_only(box):
    source = """
        import os
        def is_open(number):
            try: return bool(os.fstat(number))
            except OSError: return False
        print([number for number in range(4096) if is_open(number)])
        """
    # The kernel has an event loop of its own: a poll and two ends of a pipe to itself.
    own = [4, 5, 6] if box.engine == KERNEL else []
    assert printed(box, source) == f"{[0, 1, 2, 3, *own]}\n"


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.fork()",
        "import subprocess\nsubprocess.run(['true'])",
        "import os\nos.system('true') == 0 or 1/0",
        "import os\nos.execv('/usr/bin/true', ['true'])",
        "import multiprocessing\nmultiprocessing.get_context('fork').Process(target=print).start()",
    ],
    ids=lambda source: source.split("\n")[1][:20],
)
def test_no_processes_are_started(box, source):
    with box.session(QUICK) as session:
        outcome = run(session, source)
        assert outcome.error
        assert not outcome.fatal


def test_threads_work_and_are_bounded(box):
    source = """
        import threading
        box = []
        thread = threading.Thread(target=box.append, args=(1,)); thread.start(); thread.join()
        print(box)
        threading.stack_size(32768)
        hold, count = threading.Event(), 0
        try:
            for count in range(5000): threading.Thread(target=hold.wait, daemon=True).start()
        except RuntimeError: pass
        hold.set()
        print(0 < count < 100)
        """
    assert printed(box, source) == "[1]\nTrue\n"
    assert usable(box)


def test_memory_is_bounded(box):
    source = """
        import numpy as np
        hoard = []
        try:
            while True: hoard.append(np.ones(1 << 22))
        except MemoryError:
            print(len(hoard) * 32 <= 320, len(hoard) > 2)
        """
    limits = Limits(memory_bytes=256 << 20, cell_seconds=5)
    assert printed(box, source, limits) == "True True\n"
    with box.session(limits) as session:
        run(session, "hoard = []\nwhile True: hoard.append(bytearray(1 << 16))")
    assert session.resources["peak_bytes"] < 400 << 20
    assert usable(box)


def test_disk_is_bounded(box):
    source = """
        from pathlib import Path
        written = 0
        try:
            for number in range(100):
                with open(f"f{number}", "wb", buffering=0) as file:
                    while written < 1 << 30 and file.tell() < 30 << 20:
                        written += file.write(bytes(1 << 20))
        except OSError as error: print(error.errno)
        print(written >> 20)
        """
    said = printed(box, source, Limits(cell_seconds=5)).split()
    assert said[0] == "28"
    assert 32 <= int(said[1]) <= 65
    assert usable(box)


def test_descriptors_are_bounded(box):
    source = """
        files = []
        try:
            while True: files.append(open('/dev/null'))
        except OSError as error: print(error.errno, len(files) < 64)
        """
    assert printed(box, source) == "24 True\n"
    assert usable(box)


def test_a_flood_of_prints_is_swallowed(box):
    source = "line = 'x' * 10**6\nfor _ in range(200): print(line)"
    with box.session(Limits()) as session:
        outcome = run(session, source)
    assert outcome.error is None
    assert len(outcome.stdout) < 70_000


def test_processor_time_is_bounded_behind_the_graders_back(box):
    source = "import resource; print(resource.getrlimit(resource.RLIMIT_CPU))"
    seconds = int(QUICK.total_seconds + QUICK.grace_seconds) + 5
    assert printed(box, source) == f"({seconds}, {seconds})\n"


# Endings


STUBBORN = """
def spin():
    while True: pass
while True:
    try: spin()
    except BaseException: pass
"""
DEAF = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"


@pytest.mark.parametrize("source", [STUBBORN, DEAF], ids=["stubborn", "deaf"])
def test_what_cannot_be_interrupted_is_killed(box, source):
    started = time.monotonic()
    with box.session(QUICK) as session:
        outcome = run(session, source)
        assert outcome.fatal
        assert outcome.error == "took longer than 1 s and could not be interrupted"
        assert session.call("f", Case()).fatal
    assert time.monotonic() - started < 5
    assert usable(box)


def test_signals_that_a_child_ignores_do_not_save_it(box):
    source = """
        import signal
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        """
    with box.session(QUICK) as session:
        run(session, source)
        assert run(session, STUBBORN).fatal
    assert usable(box)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("import os; os._exit(0)", "the process ended itself (exit status 0)"),
        ("import os; os._exit(7)", "the process ended itself (exit status 7)"),
        ("import ctypes; ctypes.string_at(0)", "the process crashed (signal 11, SIGSEGV)"),
        ("import os; os.close(3)", "the process "),
        ("import os; os.closerange(0, 64)", "the process "),
        (
            "import os, signal as s; s.signal(s.SIGALRM, s.SIG_IGN); os.close(3); s.pause()",
            "the process cut its line to the grader",
        ),
        ("import sys; sys.setrecursionlimit(10**9)\n def f(x): return f(x)\n f(0)", ""),
    ],
    ids=lambda value: value[:30],
)
def test_a_process_that_ends_is_told_in_words(box, body, says):
    with box.session(QUICK) as session:
        run(session, f"def f():\n {body}")
        answer = session.call("f", Case())
        if says:
            assert answer.fatal
            assert answer.error.startswith(says)
        assert session.call("f", Case()).error == answer.error
    assert usable(box)


def test_killing_itself_hurts_itself_only(box):
    with box.session(QUICK) as session:
        outcome = run(
            session, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nprint('on')"
        )
    # The first process of a PID namespace cannot be killed from inside.
    assert outcome.fatal or outcome.stdout == "on\n"
    assert usable(box)


def test_the_total_is_bounded(box):
    limits = Limits(cell_seconds=1, total_seconds=1.2, grace_seconds=0.5)
    cells = [Cell(str(i), "import time; time.sleep(0.5)") for i in range(9)]
    with box.session(limits) as session:
        outcomes = session.run_cells(cells)
    assert 2 <= len(outcomes) <= 4
    assert outcomes[-1].fatal
    assert outcomes[-1].error == "took longer than 1.2 s in all"


def test_a_background_thread_ends_with_its_submission(box):
    source = """
        import threading
        def spin():
            while True: pass
        for _ in range(3): threading.Thread(target=spin).start()
        def f(): return 1
        """
    box.start()
    resting = _processes_below(box._process.pid)
    # The threads take turns with the worker, which needs several turns for a cell.
    with box.session(Limits()) as session:
        run(session, source)
        assert session.call("f", Case()).value == 1
        assert _processes_below(box._process.pid) > resting
    assert usable(box)
    assert _processes_below(box._process.pid) == resting


def _processes_below(pid):
    """Count the descendants of a process."""
    children = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, _, rest = path.read_text().partition(" (")
            children.setdefault(int(rest.rpartition(")")[2].split()[1]), []).append(int(number))
    found, waiting = 0, [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found, waiting = found + len(below), waiting + below
    return found


# Forgery


PRELUDE = """
import json, os, struct
def frame(header, body=b'', sizes=None):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack('<II', *(sizes or (len(header), len(body)))) + header + body
def reply(**parts):
    keys = list(parts)
    return {'d': [keys, [parts[key] for key in keys]]}
right = reply(nonce='0' * 16, value=42, error='', warnings={'u': []}, arguments={'u': []})
"""


@pytest.mark.parametrize(
    "data",
    [
        "frame(right)",
        "frame(right) * 50",
        "frame({'l': []})",
        "frame(b'[' * 60000)",
        "frame(b'not json')",
        "frame(b'', sizes=(1 << 30, 1 << 30))",
        "frame(b'{}', sizes=(2, 65 << 20))",
        "os.urandom(4096)",
        "bytes(4096)",
        "frame({'a': ['float64', [1 << 20]]})",
    ],
)
def test_frames_of_the_students_own_are_refused(box, data):
    with box.session(QUICK) as session:
        run(session, f"{PRELUDE}\ndef f():\n    os.write(3, {data})\n    return 1")
        answer = session.call("f", Case())
        assert answer.fatal
        assert answer.error.startswith("the process sent something that is not an answer")
        assert answer.value is None
    assert usable(box)


@pytest.mark.parametrize(
    "parts",
    [
        "error=3",
        "warnings=[]",
        "warnings={'u': [3]}",
        "arguments={'l': []}",
        "error={'a': ['float64', [0]]}",
    ],
)
def test_a_frame_with_the_right_nonce_must_have_the_right_shape(box, parts):
    steal = """
    import sys
    frame_now = sys._getframe()
    while 'request' not in frame_now.f_locals: frame_now = frame_now.f_back
    nonce = frame_now.f_locals['request']['nonce']
    """
    made = "reply(**({'nonce': nonce, 'value': 42, 'error': '', 'warnings': {'u': []}, "
    made += f"'arguments': {{'u': []}}}} | dict({parts})))"
    with box.session(QUICK) as session:
        body = f"def f():\n{steal}\n    os.write(3, frame({made}))\n    return 1"
        assert run(session, f"{PRELUDE}\n{body}").error is None
        answer = session.call("f", Case())
        assert answer.fatal
        assert "not an answer" in answer.error


def test_a_frame_sent_too_early_is_refused(box):
    with box.session(QUICK) as session:
        outcome = run(session, f"{PRELUDE}\nos.write(3, frame(right))")
        assert outcome.fatal
        assert outcome.error.startswith("the process sent something that is not an answer")


def test_a_frame_sent_in_addition_is_refused_at_the_next_call(box):
    late = "threading.Timer(0.05, os.write, (3, frame(right))).start()"
    with box.session(QUICK) as session:
        run(session, f"{PRELUDE}\nimport threading\ndef f():\n    {late}\n    return 1")
        assert session.call("f", Case()).value == 1
        time.sleep(0.2)
        assert session.call("f", Case()).fatal


def test_half_a_frame_and_silence_is_too_long(box):
    source = f"{PRELUDE}\nimport time\ndef f():\n    os.write(3, b'1234')\n    time.sleep(60)"
    with box.session(QUICK) as session:
        run(session, source)
        assert session.call("f", Case()).fatal


def test_a_channel_drained_by_the_student_is_their_own_loss(box):
    source = """
        import os, threading
        def drain():
            while True: os.read(3, 1)
        def f(): return 1
        for _ in range(8): threading.Thread(target=drain, daemon=True).start()
        """
    with box.session(QUICK) as session:
        run(session, source)
        answers = [session.call("f", Case((np.zeros(1000),))) for _ in range(3)]
    assert answers[-1].fatal
    assert usable(box)


def test_patched_tools_hurt_only_the_one_who_patched(box):
    source = """
        import builtins, json, numpy as np, os, sys
        json.dumps = lambda *a, **k: '{"l": []}'
        np.asarray = lambda *a, **k: 1 / 0
        builtins.isinstance = lambda *a: True
        sys.modules.clear()
        """
    with box.session(QUICK) as session:
        outcome = run(session, source)
        assert outcome.fatal or outcome.error
    assert usable(box)


# The machinery


def test_resources_are_counted(nested_box):
    with nested_box.session() as session:
        run(
            session,
            "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass",
        )
    used = session.resources
    assert set(used) == {"wall_s", "cpu_s", "peak_bytes"}
    assert 0.3 <= used["cpu_s"] < 3
    assert used["wall_s"] >= 0.3
    assert 10 << 20 < used["peak_bytes"] < 300 << 20


def test_a_sandbox_that_died_is_started_again(nested_box):
    assert usable(nested_box)
    nested_box._process.kill()
    nested_box._process.wait()
    assert usable(nested_box)


def test_a_sandbox_that_dies_under_a_session_is_not_the_students_fault():
    with Sandbox() as box:
        with pytest.raises(InfrastructureError):
            _kill_during_a_session(box)
        assert usable(box)


def _kill_during_a_session(box):
    with box.session(QUICK) as session:
        box._process.kill()
        box._process.wait()
        # What is inside ends a moment after bubblewrap, and may answer until then.
        for _ in range(500):
            run(session, "print(1)")
            time.sleep(0.01)


def test_the_sandbox_ends_with_the_grader():
    source = "from dlcourse.grading.sandbox import Sandbox\nimport os, time\nbox = Sandbox()\n"
    source += "box.start()\nprint(box._process.pid, flush=True)\ntime.sleep(60)"
    grader = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    pid = int(grader.stdout.readline())
    grader.kill()
    grader.wait()
    grader.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/exe").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(OSError, match="No such"):
        os.readlink(f"/proc/{pid}/exe")


def test_sessions_in_threads_of_their_own_sandboxes(nested_box):
    values = []
    thread = threading.Thread(target=lambda: values.append(printed(nested_box, "print(1)")))
    thread.start()
    thread.join()
    assert values == ["1\n"]


def test_without_bubblewrap_nothing_runs(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SandboxUnavailable, match=r"not installed: sudo apt install bubblewrap"):
        Sandbox().start()
    assert probe().level == ""
    [part] = [part for part in probe().parts if part.name == "bubblewrap"]
    assert not part.works
    assert "apt install" in part.fix


def test_a_bubblewrap_that_fails_is_explained(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(fake))
    with pytest.raises(SandboxUnavailable, match="uid map: Permission denied"):
        Sandbox().start()


def test_without_any_way_to_keep_submissions_apart_nothing_runs(monkeypatch):
    monkeypatch.setattr(bubblewrap, "tmp_is_capped", lambda program: False)
    with pytest.raises(SandboxUnavailable, match="cannot be kept apart"):
        Sandbox(nested=False).start()


def test_other_systems_are_told_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match="needs Linux"):
        Sandbox().start()


def test_unsafe_runs_the_same_worker_and_says_so():
    with Sandbox(unsafe=True) as box:
        assert box.level == UNSAFE_LEVEL
        with box.session(QUICK) as session:
            assert run(session, "import os\ndef f(x): return x + 1\nprint(os.getcwd())").stdout
            assert session.call("f", Case((1,))).value == 2
            assert "not available while grading" in run(session, "import dlcourse.neuron").error
            assert run(session, STUBBORN).fatal
        assert usable(box)


def test_probe_names_the_parts():
    found = probe()
    assert found.level.startswith("bubblewrap")
    assert [part.name for part in found.parts] == [
        "bubblewrap",
        "namespaces",
        "ordinary user",
        "seccomp",
        "Landlock",
    ]
    assert all(part.works for part in found.parts if part.needed)


def test_the_closure_holds_what_numpy_and_matplotlib_need_and_no_more():
    names = {found.name.lower() for found in bubblewrap.closure(("numpy", "matplotlib"))}
    assert {"numpy", "matplotlib", "pillow", "contourpy", "pyparsing"} <= names
    assert not names & {"dlcourse", "torch", "scipy", "pytest", "nbgrader"}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_refuses_and_allows_by_the_numbers(machine):
    """Run the program in a model of the kernel's machine, for processors that are not here too."""
    lines = seccomp.program(77, machine)
    column, architecture, clone, clone3, kill, tgkill = seccomp._MACHINES[machine]

    def verdict(number, first=0, arch=architecture):
        words, at, held = {0: number, 4: arch, 16: first}, 0, 0
        while True:
            code, yes, no, constant = lines[at]
            if code == 0x06:
                return constant
            if code == 0x20:
                held, jump = words[constant], 0
            elif code == 0x15:
                jump = yes if held == constant else no
            elif code == 0x35:
                jump = yes if held >= constant else no
            else:
                jump = yes if held & constant else no
            at += 1 + jump

    allow, refuse = 0x7FFF0000, 0x00050001
    for numbers in seccomp._REFUSED.values():
        if numbers[column] >= 0:
            assert verdict(numbers[column]) == refuse
    assert verdict(0 if machine == "x86_64" else 63) == allow  # read
    assert verdict(clone3) == 0x00050000 | 38
    assert verdict(clone, 0x10000 | 17) == allow
    assert verdict(clone, 17) == refuse
    for number in (kill, tgkill):
        assert (verdict(number, 77), verdict(number, 78)) == (allow, refuse)
        assert verdict(number, 0xFFFFFFFF) == refuse
    assert verdict(0, arch=1) == 0x80000000
