"""The engine loses no submission: not with a killed worker, not with a faulty one."""

import os
import signal
import threading
import time
import weakref
from dataclasses import replace

import pytest
from notebooks import RELEASE, SOLVED, code, dump, load

from dlcourse.grading.engine import Engine
from dlcourse.grading.intake import take_in
from dlcourse.grading.sandbox import SandboxUnavailable
from dlcourse.grading.verdict import Job

SLOW = "import time\ntime.sleep(3)"


def job_of(student, folder):
    handed = take_in(folder, "neuron.ipynb")
    return Job("1-neuron", student, handed, RELEASE.read_bytes(), "seed")


@pytest.fixture
def jobs(tmp_path):
    def hand_in(student, data):
        folder = tmp_path / student
        folder.mkdir()
        (folder / "neuron.ipynb").write_bytes(data)
        return job_of(student, folder)

    slow = load()
    slow["cells"].insert(2, code(SLOW))
    return [hand_in("slow", dump(slow)), hand_in("quick", SOLVED.read_bytes())]


def kill_workers(engine, times, pause):
    """Kill the worker that has the slow submission, some times over."""
    killed = 0
    deadline = time.monotonic() + 60
    while killed < times and time.monotonic() < deadline:
        for worker in list(engine._crew):
            if worker.job and worker.job.student == "slow" and worker.process.is_alive():
                time.sleep(pause)
                if worker.job and worker.job.student == "slow":
                    os.kill(worker.process.pid, signal.SIGKILL)
                    killed += 1
                    time.sleep(0.2)
        time.sleep(0.05)


@pytest.mark.parametrize(("times", "status"), [(1, "graded"), (2, "infrastructure_error")])
def test_a_killed_worker_costs_one_try_and_no_neighbour(jobs, times, status):
    engine = Engine(workers=2)
    killer = threading.Thread(target=kill_workers, args=(engine, times, 1.5))
    killer.start()
    verdicts = {job.student: marked.verdict for job, marked in engine.run(jobs)}
    killer.join()
    assert verdicts["quick"]["score"] == verdicts["quick"]["max_score"]
    assert verdicts["slow"]["status"] == status
    if status == "infrastructure_error":
        assert "run the command again" in verdicts["slow"]["reason"]
        assert verdicts["slow"]["tasks"] == []
    else:
        assert verdicts["slow"]["score"] == verdicts["slow"]["max_score"]


def test_a_fault_of_the_grader_is_reported_and_the_rest_goes_on(jobs, tmp_path):
    _, quick = jobs
    broken = replace(quick, unit="9-nowhere", student="lost")
    with pytest.raises(KeyError):
        list(Engine().run([broken]))
    missing = job_of("missing", tmp_path / "gone")
    verdicts = {job.student: marked.verdict for job, marked in Engine().run([missing, quick])}
    assert verdicts["missing"]["status"] == "ungradable"
    assert verdicts["quick"]["status"] == "graded"


def test_without_bubblewrap_nothing_runs_and_one_sentence_says_why(jobs, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match=r"bubblewrap .*is not installed.*apt install"):
        list(Engine().run(jobs))


def test_no_jobs_start_no_process():
    engine = Engine(workers=4)
    assert list(engine.run([])) == []
    assert engine._crew == []


def test_every_result_says_what_it_used(jobs):
    ((_, marked),) = Engine().run(jobs[1:])
    assert marked.resources["wall_s"] > 0
    assert marked.resources["peak_bytes"] > 1 << 20
    assert marked.resources["restarts"] == 0


def test_workers_that_are_kept_serve_the_next_run(jobs):
    engine = Engine(keep=True)
    ((_, first),) = engine.run(jobs[1:])
    (worker,) = engine._crew
    ((_, second),) = engine.run(jobs[1:])
    assert engine._crew == [worker]
    assert first.verdict == second.verdict
    os.kill(worker.process.pid, signal.SIGKILL)
    worker.process.join()
    ((_, third),) = engine.run(jobs[1:])
    assert third.verdict == first.verdict
    (other,) = engine._crew
    engine.close()
    assert engine._crew == []
    assert not other.process.is_alive()


def test_jobs_are_let_go_when_they_are_done(jobs):
    seen = []

    def fresh():
        for number in range(6):
            job = replace(jobs[1], student=f"s{number}")
            seen.append(weakref.ref(job))
            yield job

    most = 0
    for _ in Engine().run(fresh()):
        most = max(most, sum(job() is not None for job in seen))
    assert len(seen) == 6
    assert most <= 3


def test_workers_begin_at_once_and_end_with_the_block(jobs):
    engine = Engine(workers=3)
    with engine.started(jobs) as results:
        crew = list(engine._crew)
        assert [worker.job for worker in crew] == jobs
        assert all(worker.process.is_alive() for worker in crew)
        assert {job.student for job, _ in results} == {"slow", "quick"}
    assert engine._crew == []
    assert not any(worker.process.is_alive() for worker in crew)


def test_workers_end_with_a_block_that_fails(jobs):
    engine, crew = Engine(workers=2, keep=True), []

    def fail():
        with engine.started(jobs):
            crew.extend(engine._crew)
            raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        fail()
    assert len(crew) == 2
    assert engine._crew == []
    assert not any(worker.process.is_alive() for worker in crew)
