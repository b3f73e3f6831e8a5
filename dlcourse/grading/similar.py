"""Answers that are the same but for names, comments and layout; a person decides what it means."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from dlcourse.grading.reading import parse

#: An answer of so many syntax nodes tells something by itself; the usual softmax has 53.
MIN_SIZE = 60
#: Shorter ones tell something together, when the same few students share several of them.
MIN_PART = 25


@dataclass(frozen=True)
class Alike:
    """Students whose answers to these tasks are the same; `size` counts syntax nodes."""

    students: tuple[str, ...]
    tasks: tuple[str, ...]
    size: int


def near_identical(
    answers: Mapping[str, Mapping[str, str]],
    stubs: Mapping[str, str] | None = None,
    min_size: int = MIN_SIZE,
) -> list[Alike]:
    r"""Find students with the same answers.

    Parameters
    ----------
    answers : dict
        Sources by student, then by task.
    stubs : dict, optional
        What students were given, by task.
    min_size : int
        Number of syntax nodes from which one answer is enough; twice as many in several answers
        that the same students share are enough too.

    Returns
    -------
    list of Alike
        Most telling first: the most code shared, by the fewest students.

    Examples
    --------
    >>> code = "def f(x):\n  total = 0\n  for i in range(x):\n    total += i\n  return total"
    >>> other = code.replace("total", "s").replace("i in", "k in").replace("+= i", "+= k  # sum")
    >>> near_identical({"ada": {"f": code}, "bob": {"f": other}}, min_size=10)
    [Alike(students=('ada', 'bob'), tasks=('f',), size=25)]
    """
    given = {task: fingerprint(source) for task, source in (stubs or {}).items()}
    holders: dict[tuple[str, str, int], list[str]] = {}
    for student in sorted(answers):
        for task, source in answers[student].items():
            found = fingerprint(source)
            if found and found[1] >= min(MIN_PART, min_size) and found != given.get(task):
                holders.setdefault((task, *found), []).append(student)
    groups: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for (task, _, size), students in holders.items():
        if len(students) > 1:
            groups.setdefault(tuple(students), []).append((task, size))
    alike = [
        Alike(students, tuple(task for task, _ in shared), sum(size for _, size in shared))
        for students, shared in groups.items()
        if _telling([size for _, size in shared], min_size)
    ]
    return sorted(alike, key=lambda group: (-group.size / len(group.students), group.students))


def _telling(sizes: list[int], min_size: int) -> bool:
    return max(sizes) >= min_size or sum(sizes) >= 2 * min_size


def fingerprint(source: str) -> tuple[str, int] | None:
    """Sum up what code does, whatever its names, comments, docstrings, annotations and layout.

    Parameters
    ----------
    source : str
        An answer cell.

    Returns
    -------
    digest : str
        Equal for equal code.
    size : int
        Number of syntax nodes.
    None
        Instead of both when the source is not Python, or too long.
    """
    tree = parse(source)
    if tree is None:
        return None
    try:
        _strip(tree)
        dump = ast.dump(_Renamed(_bound(tree)).visit(tree))
    except (RecursionError, MemoryError):
        return None
    size = sum(1 for _ in ast.walk(tree))
    return hashlib.sha256(dump.encode("utf-8", "replace")).hexdigest(), size


def _strip(tree: ast.AST) -> None:
    """Remove docstrings and lone constants, which do nothing."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [each for each in body if not _idle(each)] or [ast.Pass()]  # type: ignore[attr-defined]


def _idle(node: ast.AST) -> bool:
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _bound(tree: ast.AST) -> frozenset[str]:
    """Names that the code gives itself, imports left out."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


class _Renamed(ast.NodeTransformer):
    """Numbers the given names in the order in which they appear, and drops annotations."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._numbers: dict[str, str] = {}

    def _new(self, name: str) -> str:
        if name not in self._names:
            return name
        return self._numbers.setdefault(name, f"v{len(self._numbers)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._new(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self._new(node.arg))

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.returns = self._new(node.name), None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        plain = ast.Assign(targets=[node.target], value=node.value)
        return self.generic_visit(ast.copy_location(plain, node))
