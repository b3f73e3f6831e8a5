"""A Dask cluster gives the same verdicts, whatever happens to its workers."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from courses import copied, marks, same_verdicts, students_of
from notebooks import RELEASE, SOLVED, code, dump, load

from dlcourse.grading import cluster
from dlcourse.grading.classroom import Settings, grade, jobs_of, waiting
from dlcourse.grading.cluster import Cluster
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.intake import Handed
from dlcourse.grading.tasks import find_unit
from dlcourse.grading.verdict import Job

distributed = pytest.importorskip("distributed")

UNIT = find_unit(1)
ROOT = Path(__file__).parents[2]


class Processes:
    """A scheduler and workers on this machine, each a process of its own."""

    def __init__(self, folder, path=ROOT):
        self.folder = folder
        self.started = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
        port = self.address.rsplit(":", 1)[1]
        self.scheduler = self.dask("scheduler", "--host", "127.0.0.1", "--port", port, path=path)

    def dask(self, *words, path=ROOT):
        settings = {
            "PYTHONPATH": str(path),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--no-dashboard"],
            cwd=self.folder,
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.started.append(process)
        return process

    def worker(self, name, path=ROOT):
        """Start a worker without a nanny, which would start it again."""
        words = ("worker", self.address, "--nthreads", "1", "--no-nanny", "--name", name)
        return self.dask(*words, path=path)

    def wait_for(self, number):
        with distributed.Client(self.address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=60)

    def end(self):
        for process in self.started:
            process.kill()
        for process in self.started:
            process.wait()


@pytest.fixture
def processes(tmp_path):
    running = Processes(tmp_path)
    yield running
    running.end()


def job(student, notebook=None):
    data = dump(notebook) if notebook else SOLVED.read_bytes()
    return Job(UNIT.name, student, Handed("digest", data), RELEASE.read_bytes(), "seed")


def slow_job():
    slow = load()
    slow["cells"].insert(2, code("import time\ntime.sleep(3)"))
    return job("slow", slow)


def test_a_worker_killed_in_the_middle_changes_nothing(processes, sample_class, tmp_path):
    place, samples, _ = sample_class
    students = students_of(samples)
    course = copied(place, tmp_path / "course", students)
    victim, *_ = [processes.worker(f"w{number}") for number in range(3)]
    processes.wait_for(3)
    seen = []

    def progress(verdict, left):
        seen.append(verdict["student"])
        if len(seen) == 5:
            victim.send_signal(signal.SIGKILL)
            victim.wait()

    done = grade(course, UNIT, Settings(scheduler=processes.address), progress)
    assert victim.returncode == -signal.SIGKILL
    assert sorted(seen) == sorted(students)
    assert done.failures == []
    assert marks(course) == [row for row in marks(place) if row[0] in students]
    assert same_verdicts(course, place, UNIT, students)
    assert waiting(course, UNIT) == []


def kill_whoever_has_the_job(processes, workers, times, killed):
    """Kill the workers that the only job is on, one after the other."""
    with distributed.Client(processes.address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        deadline = time.monotonic() + 60
        while len(killed) < times and time.monotonic() < deadline:
            for address, keys in client.processing().items():
                if keys and address not in killed:
                    time.sleep(1.0)
                    os.kill(pids[address], signal.SIGKILL)
                    killed.append(address)
            time.sleep(0.05)
    for worker in workers:
        worker.poll()


def test_a_job_whose_workers_die_again_and_again_is_given_up_and_said(processes):
    workers = [processes.worker(f"w{number}") for number in range(3)]
    processes.wait_for(3)
    killed = []
    killer = threading.Thread(target=kill_whoever_has_the_job, args=(processes, workers, 2, killed))
    killer.start()
    ((_, marked),) = Cluster(processes.address).run([slow_job()])
    killer.join()
    assert len(killed) == 2
    assert marked.verdict["status"] == "infrastructure_error"
    assert "every worker that tried this submission died" in marked.verdict["reason"]
    assert "run the command again" in marked.verdict["reason"]
    ((_, marked),) = Cluster(processes.address).run([job("quick")])
    assert marked.verdict["score"] == UNIT.points


def test_a_scheduler_that_goes_away_is_said(processes):
    processes.worker("w0")
    processes.wait_for(1)
    results = Cluster(processes.address).run([job("quick"), slow_job(), job("last")])
    next(results)
    processes.scheduler.kill()
    with pytest.raises(DlcourseError, match=r"the scheduler at tcp.* is gone.*run the command"):
        list(results)


def test_a_worker_that_would_mark_differently_is_refused(processes, monkeypatch):
    processes.worker("w0")
    processes.wait_for(1)
    monkeypatch.setattr(cluster, "tasks_version", lambda: "of next week")
    with pytest.raises(DlcourseError, match=r"mark differently: it has tasks .* and not of next"):
        list(Cluster(processes.address).run([job("quick")]))


def bare_package(tmp_path):
    """A path on which dlcourse is there and its grader is not."""
    bare = tmp_path / "bare"
    (bare / "dlcourse").mkdir(parents=True)
    # An editable install would find the grader all the same.
    missing = 'import sys\nsys.modules["dlcourse.grading"] = None\n'
    (bare / "dlcourse" / "__init__.py").write_text(missing)
    return bare


def test_a_worker_without_the_grader_is_refused(processes, tmp_path):
    processes.worker("w0", path=bare_package(tmp_path))
    processes.wait_for(1)
    with pytest.raises(DlcourseError, match=r"the worker tcp.* cannot grade \(.*dlcourse.grading"):
        list(Cluster(processes.address).run([job("quick")]))


def test_a_scheduler_without_the_grader_is_refused(tmp_path):
    bare = bare_package(tmp_path)
    running = Processes(tmp_path, path=bare)
    try:
        running.worker("w0")
        running.wait_for(1)
        with pytest.raises(DlcourseError, match=r"the scheduler at tcp.* cannot read the jobs"):
            list(Cluster(running.address).run([job("quick")]))
    finally:
        running.end()


def test_a_scheduler_without_workers_is_said(processes):
    with pytest.raises(DlcourseError, match=r"no worker serves .*dask worker tcp://"):
        list(Cluster(processes.address, patience=5).run([job("quick")]))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tcp://no.such.host.invalid:8786"])
def test_no_scheduler_is_one_clear_sentence(address):
    with pytest.raises(DlcourseError, match=rf"no scheduler answers at {address} .*dask scheduler"):
        list(Cluster(address, patience=1).run([job("quick")]))


@pytest.mark.parametrize("address", ["localhost", "tcp://localhost", "http://localhost:8787"])
def test_what_is_not_an_address_is_said(address):
    with pytest.raises(DlcourseError, match=rf"'{address}' is not the address of a scheduler"):
        list(Cluster(address).run([job("quick")]))


def test_no_jobs_need_no_cluster():
    assert list(Cluster("tcp://127.0.0.1:1").run([])) == []


def test_the_secret_stays_with_the_grader(sample_class):
    """What crosses to a worker holds no secret and no path of the grader's machine."""
    place, samples, _ = sample_class
    data = pickle.dumps(next(jobs_of(place, UNIT, [samples[0].student], Settings())))
    assert place.secret() not in data
    assert place.secret().hex().encode() not in data
    assert str(place.root).encode() not in data
