"""Mark submissions on a Dask cluster: the same jobs as in local processes, the same verdicts.

Scheduler and workers need the same dlcourse and NumPy as the grader, and bubblewrap.  They get the
bytes of submissions and derived seeds; secret, gradebook and verdicts stay with the grader.
Whoever reaches a scheduler at ``tcp://`` can run programs on its workers: keep it in a network of
its own, or set up ``tls://`` in Dask's configuration.
"""

from __future__ import annotations

import contextlib
import logging
import platform
import queue
import re
import threading
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from dlcourse.grading.engine import TRIES, attempt, given_up
from dlcourse.grading.errors import DlcourseError
from dlcourse.grading.sandbox import Sandbox
from dlcourse.grading.verdict import Job, Marked, tasks_version, versions

#: Seconds to wait for the scheduler, and for a worker where there is none.
PATIENCE = 10.0
_LOOK_SECONDS = 1.0
_ADDRESS = re.compile(r"(tcp|tls)://[^/\s]+:\d+")

#: A future that is not done, or not any more.
_AGAIN = ("pending", "lost")
#: Dask itself tries again after a worker died; this is said when it gave up.
_KILLED = "every worker that tried this submission died"


@dataclass
class Cluster:
    """Marks jobs on the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    unsafe : bool
        Run students' code without a sandbox; recorded in every verdict.
    patience : float
        Seconds to wait for the scheduler, and for a worker where there is none.
    """

    address: str
    unsafe: bool = False
    patience: float = PATIENCE
    _running: dict[str, tuple[Any, Job, int]] = field(default_factory=dict, init=False)
    _done: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue, init=False)

    @contextlib.contextmanager
    def started(self, jobs: Iterable[Job]) -> Iterator[Iterator[tuple[Job, Marked]]]:
        """Give the results of `run`; the workers of a cluster run already.

        Parameters
        ----------
        jobs : iterable of Job
            What to mark.

        Yields
        ------
        iterator of tuple
            Like that of `Engine.started`.
        """
        with contextlib.closing(self.run(jobs)) as results:
            yield results

    def run(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Marked]]:
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
            Its verdict.  A job that takes its workers down again and again gets an
            ``infrastructure_error``.

        Raises
        ------
        DlcourseError
            When there is no such scheduler, no worker, or one that would mark differently.
        """
        fresh = iter(jobs)
        first = next(fresh, None)
        if first is None:
            return
        with self._connected() as client:
            for job in chain((first,), fresh):
                self._submit(client, job, 1)
                while len(self._running) >= self._room(client):
                    yield from self._next(client)
            while self._running:
                yield from self._next(client)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        client = _connect(self.address, self.patience)
        try:
            self._check(client)
            yield client
        finally:
            self._running, self._done = {}, queue.SimpleQueue()
            client.close()  # what is still under way there ends with the client

    def _check(self, client: Any) -> None:
        """Refuse workers that would mark differently, before anything is marked."""
        try:
            client.wait_for_workers(1, timeout=self.patience)
        except TimeoutError:
            raise _nobody(self.address) from None
        for worker, found in client.run(fingerprint, on_error="return").items():
            if isinstance(found, BaseException):
                raise DlcourseError(
                    f"the worker {worker} cannot grade ({_brief(found)}); install there what the "
                    "grader has ('dlcourse[course,cluster]'), restart it and run the command again"
                )
            if found != fingerprint():
                raise DlcourseError(_differences(worker, found, fingerprint()))

    def _room(self, client: Any) -> int:
        """How many jobs may be under way: enough to keep workers busy, few enough to hold."""
        return 2 * sum(_threads(client, self.address).values()) + 2

    def _submit(self, client: Any, job: Job, tries: int) -> None:
        future = client.submit(mark_there, job, self.unsafe, fingerprint(), pure=False)
        self._running[future.key] = (future, job, tries)
        future.add_done_callback(self._done.put)

    def _next(self, client: Any) -> Iterator[tuple[Job, Marked]]:
        """Wait for a job to end; give its verdict, or send it again."""
        ended = self._wait(client)
        future, job, tries = self._running[ended.key]
        if future.status in _AGAIN:
            # It was done, and its worker died with the result; Dask has it done again.
            future.add_done_callback(self._done.put)
            return
        del self._running[ended.key]
        answer = _answer_of(future, self.address)
        future.release()
        if isinstance(answer, DlcourseError):
            raise answer
        if isinstance(answer, Marked):
            yield job, answer
        elif tries < TRIES and not answer.startswith(_KILLED):
            self._submit(client, job, tries + 1)
        else:
            yield job, given_up(job, answer)

    def _wait(self, client: Any) -> Any:
        lonely = 0.0
        while True:
            with contextlib.suppress(queue.Empty):
                return self._done.get(timeout=_LOOK_SECONDS)
            lonely = 0.0 if _threads(client, self.address) else lonely + _LOOK_SECONDS
            if lonely >= self.patience:
                raise _nobody(self.address)


def fingerprint() -> dict[str, str]:
    """Name everything that must be equal for equal marks.

    Returns
    -------
    dict
        Versions by name.
    """
    return versions() | {"tasks": tasks_version()}


_mine = threading.local()


def mark_there(job: Job, unsafe: bool, wanted: dict[str, str]) -> Marked | DlcourseError | str:
    """Mark a job; runs on the worker.

    Each thread of a worker keeps a warm sandbox: a sandbox serves one submission at a time and
    ends with the thread that started it.

    Parameters
    ----------
    job : Job
        What to mark.
    unsafe : bool
        Whether to do without a sandbox.
    wanted : dict
        The grader's `fingerprint`.

    Returns
    -------
    Marked or DlcourseError or str
        The verdict; what the instructor must put right; or how the try failed.
    """
    mine = fingerprint()
    if mine != wanted:
        # A worker that joined after the others were checked.
        return DlcourseError(_differences(platform.node(), mine, wanted))
    if getattr(_mine, "unsafe", None) is not unsafe:
        _mine.sandbox, _mine.unsafe = Sandbox(unsafe=unsafe), unsafe
    return attempt(job, _mine.sandbox)


def _differences(worker: str, mine: dict[str, str], wanted: dict[str, str]) -> str:
    differing = sorted(name for name in wanted if mine.get(name) != wanted[name])
    said = ", ".join(f"{name} {mine.get(name)} and not {wanted[name]}" for name in differing)
    return (
        f"the worker {worker} would mark differently: it has {said}; install there what the "
        "grader has, restart it and run the command again"
    )


def _nobody(address: str) -> DlcourseError:
    return DlcourseError(
        f"no worker serves the scheduler at {address}; start one with "
        f"`dask worker {address} --nthreads 1` and run the command again"
    )


def _connect(address: str, patience: float) -> Any:
    if not _ADDRESS.fullmatch(address):
        raise DlcourseError(
            f"{address!r} is not the address of a scheduler; wanted is one such as "
            "tcp://10.0.0.5:8786, as `dask scheduler` prints it"
        )
    try:
        from distributed import Client
    except ImportError:
        raise DlcourseError(
            "--scheduler needs Dask: pip install 'dlcourse[cluster]', here and on the workers"
        ) from None
    # What goes wrong is said once, by us, and not a second time in Dask's own log.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # TypeError: tls:// without certificates
        raise DlcourseError(
            f"no scheduler answers at {address} ({_brief(error)}); start one with "
            "`dask scheduler` and give the address that it prints"
        ) from None


def _threads(client: Any, address: str) -> dict[str, int]:
    """Count the threads of every worker."""
    try:
        return dict(client.nthreads()) if client.status == "running" else _lost(address)
    except (OSError, AttributeError):
        return _lost(address)


def _lost(address: str) -> Any:
    raise DlcourseError(
        f"the scheduler at {address} is gone; what was graded is recorded: start the scheduler "
        "and its workers again and run the command again"
    )


def _answer_of(future: Any, address: str) -> Any:
    """Read what a job came back with; an exception is the cluster's, not the submission's."""
    from distributed import KilledWorker

    if future.status == "finished":
        return future.result()
    if future.status != "error":
        _lost(address)
    error = future.exception()
    if isinstance(error, KilledWorker):
        return f"{_KILLED} (the last one was {error.last_worker.address})"
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, ImportError | AttributeError):
        return DlcourseError(
            f"the scheduler at {address} cannot read the jobs ({_brief(error)}); install there "
            "what the grader has, restart it and run the command again"
        )
    return f"the cluster failed with {type(error).__name__}: {_brief(error)}"


def _brief(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
