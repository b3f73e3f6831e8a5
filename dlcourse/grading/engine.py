"""Mark many submissions at once in local processes; a lost worker costs one try, not a class."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.sandbox import Sandbox
from dlcourse.grading.verdict import Job, Marked, failed, mark

#: Libraries that would start a thread for every core in every worker.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: How often a job is tried before it is given up.
TRIES = 2


@dataclass
class _Worker:
    """A process that marks one submission after the other; `tries` counts those of its job."""

    process: BaseProcess
    pipe: Connection
    job: Job | None = None
    tries: int = 0


#: Jobs to hand out, and how often each was tried.
_Waiting = deque[tuple[Job, int]]


@dataclass
class Engine:
    """Marks jobs in worker processes, each with its own sandbox.

    Parameters
    ----------
    workers : int
        Number of processes.
    unsafe : bool
        Run students' code without a sandbox; recorded in every verdict.
    keep : bool
        Keep the processes and their warm sandboxes for the next `run`, until `close`.
    """

    workers: int = 1
    unsafe: bool = False
    keep: bool = False
    _crew: list[_Worker] = field(default_factory=list, init=False)

    @contextmanager
    def started(self, jobs: Iterable[Job]) -> Iterator[Iterator[tuple[Job, Marked]]]:
        """Have workers begin now; inside the block the caller prepares, and takes the results.

        Parameters
        ----------
        jobs : iterable of Job
            What to mark.  They are taken one by one, so that the class never is in memory as a
            whole.

        Yields
        ------
        iterator of tuple
            Job and verdict, as from `run`.
        """
        fresh = iter(jobs)
        waiting = deque((job, 0) for job in islice(fresh, self.workers))
        try:
            self._hire_for(len(waiting))
            self._hand_out(waiting)
            yield self._results(fresh, waiting)
        except BaseException:
            self.close()  # a worker that is busy would answer the next run with an old result
            raise
        if not self.keep:
            self.close()

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Marked]]:
        """Mark jobs; results come in the order in which they are done.

        Parameters
        ----------
        jobs : iterable of Job
            What to mark.

        Yields
        ------
        job : Job
            What was marked.
        marked : Marked
            Its verdict.  A job whose worker died twice gets an ``infrastructure_error``.

        Raises
        ------
        DlcourseError
            When there is no sandbox on this machine.
        """
        with self.started(jobs) as results:
            yield from results

    def _results(self, fresh: Iterator[Job], waiting: _Waiting) -> Iterator[tuple[Job, Marked]]:
        while waiting or any(worker.job for worker in self._crew):
            results = list(self._collect(waiting))
            waiting.extend((job, 0) for job in islice(fresh, len(results)))
            # Nobody waits while the caller records.
            self._hand_out(waiting)
            yield from results

    def _hire_for(self, jobs: int) -> None:
        missing = min(self.workers, jobs) - len(self._crew)
        self._crew.extend([self._hire() for _ in range(missing)])

    def _hire(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self.unsafe), daemon=True)
        for name in _ONE_THREAD:
            os.environ.setdefault(name, "1")
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _hand_out(self, waiting: _Waiting) -> None:
        for worker in self._crew:
            if worker.job is None and waiting:
                worker.job, tried = waiting.popleft()
                worker.tries = tried + 1
                with suppress(OSError):  # a dead worker is noticed when its result is awaited
                    worker.pipe.send(worker.job)

    def _collect(self, waiting: _Waiting) -> Iterator[tuple[Job, Marked]]:
        busy = {worker.pipe: worker for worker in self._crew if worker.job}
        for pipe in wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            job, worker.job = worker.job, None
            assert job is not None
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                answer = f"the worker process ended (exit status {_exit_status(worker)})"
                self._crew[self._crew.index(worker)] = self._hire()
            if isinstance(answer, DlcourseError):
                raise answer
            if isinstance(answer, Marked):
                yield job, answer
            elif worker.tries < TRIES:
                waiting.appendleft((job, worker.tries))
            else:
                yield job, given_up(job, answer)

    def close(self) -> None:
        """End the processes."""
        for worker in self._crew:
            worker.pipe.close()
        for worker in self._crew:
            worker.process.join(timeout=2)
            if worker.process.is_alive():
                worker.process.terminate()
                worker.process.join()
        self._crew.clear()


def _exit_status(worker: _Worker) -> int | None:
    worker.process.join(timeout=2)
    return worker.process.exitcode


def _work(pipe: Connection, unsafe: bool) -> None:
    """Run in the worker process: mark what comes, until the pipe closes."""
    sandbox = Sandbox(unsafe=unsafe)
    with suppress(EOFError, OSError, KeyboardInterrupt), closing(sandbox):
        with suppress(DlcourseError):  # the first job will say what is wrong
            sandbox.start()
        while True:
            pipe.send(attempt(pipe.recv(), sandbox))


def attempt(job: Job, sandbox: Sandbox) -> Marked | DlcourseError | str:
    """Mark a job in a worker, where nothing may be raised.

    Parameters
    ----------
    job : Job
        What to mark.
    sandbox : Sandbox
        Where the student's code runs.

    Returns
    -------
    Marked or DlcourseError or str
        The verdict; what the instructor must put right; or how the try failed.
    """
    try:
        return mark(job, sandbox)
    except DlcourseError as error:
        return error
    except Exception as error:  # one submission must not end the class
        return f"the grader failed with {type(error).__name__}: {error}"


def given_up(job: Job, answer: str) -> Marked:
    """Make the result of a job that failed every time.

    Parameters
    ----------
    job : Job
        What was tried.
    answer : str
        How the last try failed.

    Returns
    -------
    Marked
        An ``infrastructure_error``.
    """
    reason = f"{answer}; the score is untouched; run the command again"
    return Marked(failed(job, reason), {}, {})
