"""The `dlcourse` that a submission sees while it is graded: `check`, which does nothing.

Runs inside the sandbox.
"""

from __future__ import annotations

import sys
import types
from importlib.machinery import ModuleSpec

SENTENCE = "dlcourse's own answers are not available while grading: write the function yourself"


def _check(*_: object, **__: object) -> None:
    """Do nothing: the grader asks the functions itself."""


def install() -> None:
    """Put the stand-in where imports find it, and refuse everything else from `dlcourse`."""
    for name in [name for name in sys.modules if name.split(".")[0] == "dlcourse"]:
        del sys.modules[name]
    for name in ("dlcourse", "dlcourse.grading", "dlcourse.grading.check"):
        module = types.ModuleType(name)
        vars(module).update(__path__=[], __getattr__=_missing)
        sys.modules[name] = module
    vars(sys.modules["dlcourse"])["grading"] = sys.modules["dlcourse.grading"]
    for name in ("dlcourse.grading", "dlcourse.grading.check"):
        vars(sys.modules[name])["check"] = _check
    sys.meta_path.insert(0, _Refusal())


def _missing(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(SENTENCE)


class _Refusal:
    """An import finder that says no, in words."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name.split(".")[0] == "dlcourse":
            raise ImportError(SENTENCE, name=name)
        return None
