"""Imports point down only: floor 3 may use 2, 2 may use 1, 1 may use 0."""

import ast
from pathlib import Path

import pytest
from floors import FLOOR_0, FLOOR_2, FLOOR_3

PACKAGE = Path(__file__).parents[1] / "dlcourse"
#: Besides the backend: calls that change arrays in place, which the array API standard lacks.
#: Loaded only when a tensor is trained (tests/test_trainer.py).
NAMES_TORCH = {"inplace_torch"}
#: What only torch can give: kernels and graphs for a GPU (tests/gpu hold it to the library).
FOR_TORCH = "gpu"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: What a student's notebook imports: NumPy and the floors below, nothing that grades or builds.
STUDENT_MODULES = ["calling", "card", "check", "compare", "diagnosis", "judging", "spec"]
STUDENT_MODULES += ["inside/cells", "inside/rules"]


def floor(module: str) -> int:
    """Floor of a dotted module name below ``dlcourse``; the empty package file is on none."""
    head = module.split(".")[0]
    if not head:
        return -1
    if head in FLOOR_0:
        return 0
    return 2 if head in FLOOR_2 else 3 if head in FLOOR_3 else 1


def imported(path: Path) -> list[str]:
    """Every module that a file imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            names.append(node.module or "")
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def own(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__")


def below_package(name: str) -> str:
    return name.removeprefix("dlcourse").removeprefix(".")


@pytest.mark.parametrize("path", MODULES, ids=own)
def test_imports_point_down(path):
    mine = floor(own(path))
    for name in imported(path):
        if name == "dlcourse" or name.startswith("dlcourse."):
            target = below_package(name)
            assert floor(target) <= mine, f"{path} (floor {mine}) imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=own)
def test_only_the_backend_names_an_array_library_on_floors_0_and_1(path):
    if floor(own(path)) > 1 or own(path) in {"backend", *NAMES_TORCH}:
        return
    if own(path).split(".")[0] == FOR_TORCH:
        return
    libraries = {name.split(".")[0] for name in imported(path)} & {
        "torch",
        "jax",
        "array_api_compat",
    }
    assert not libraries, f"{path} names {libraries}"


def test_a_student_needs_numpy_and_matplotlib_only():
    allowed = {"numpy", "dlcourse", "matplotlib", "array_api_compat", "IPython"}
    paths = [PACKAGE / "grading" / f"{name}.py" for name in STUDENT_MODULES]
    paths += sorted((PACKAGE / "grading" / "tasks").rglob("*.py"))
    for path in paths:
        for name in imported(path):
            top = name.split(".")[0]
            assert top in allowed or top in __import__("sys").stdlib_module_names, f"{path}: {name}"


def test_every_file_belongs_to_one_floor():
    assert {floor(own(path)) for path in MODULES} >= {-1, 0, 1, 2}
