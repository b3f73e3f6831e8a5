"""A pytest plugin that puts a changed module in the place of one of the library's own.

The changed text is compiled under the name and path of the original, so that imports, doctests
and tracebacks look as always; nothing on the disk is touched.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
from types import ModuleType
from typing import Any

from plan import Fault


class Planted(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the one module with the fault."""

    def __init__(self, fault: Fault) -> None:
        self._name, self._path = f"dlcourse.{fault.module}", str(fault.source)
        self._text = fault.changed()

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Answer for the module with the fault only."""
        if name != self._name:
            return None
        spec = importlib.util.spec_from_loader(name, self, origin=self._path)
        assert spec is not None
        spec.has_location = True
        return spec

    def get_source(self, fullname: str) -> str:
        """Give the changed text."""
        return self._text

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text in the place of the original."""
        module.__file__ = self._path
        # Triton reads the source of its kernels again, and should find this one.
        lines = self._text.splitlines(keepends=True)
        linecache.cache[self._path] = (len(self._text), None, lines, self._path)
        exec(compile(self._text, self._path, "exec"), module.__dict__)


class FirstFailure:
    """Remembers the first test that failed."""

    def __init__(self) -> None:
        self.test = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a failure."""
        if report.failed and not self.test:
            self.test = report.nodeid


def plant(fault: Fault) -> None:
    """From now on, imports find the fault."""
    if any(name == "dlcourse" or name.startswith("dlcourse.") for name in sys.modules):
        raise RuntimeError("the library is imported already: plant in a fresh process")
    sys.meta_path.insert(0, Planted(fault))
