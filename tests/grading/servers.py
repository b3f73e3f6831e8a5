"""A Jupyter server with nbgrader's extension, for tests of formgrader."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from notebooks import ROOT


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def jupyter_server(root):
    """Start a server in a course directory; gives its address."""
    pytest.importorskip("jupyter_server")
    programs = Path(sys.executable).parent
    port = free_port()
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.jpserver_extensions={'nbgrader': True}",
        "--ServerApp.log_level=ERROR",
    ]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *options],
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/api", server)
            yield address
        finally:
            server.kill()


def wait_for(address, server):
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            return fetch(address)
        except urllib.error.URLError:
            time.sleep(0.2)
    raise TimeoutError(address)


def fetch(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.status, answer.read().decode()
