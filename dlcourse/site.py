"""Build the book: check the sources, get the page tools, run Jupyter Book.

``python -m dlcourse.site build`` is the whole of it; ``book/_ext`` asks the helpers here where
things are.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

#: The repository: the book is built from a checkout, never from an installed package.
ROOT = Path(__file__).resolve().parents[1]

_VERBATIM = ("code-cell", "code-block", "literalinclude", "code", "eval-rst", "mermaid")
_FENCE = re.compile(r"^\s*(`{3,}|:{3,})\s*(?:\{([\w:-]+)\})?\s*(.*)$")


def content_key(root: Path = ROOT) -> str:
    """Hash what an executed page depends on beside its own text.

    Parameters
    ----------
    root : Path
        Repository.

    Returns
    -------
    str
        Sixteen hexadecimal digits: another library or other pins, another key.
    """
    digest = hashlib.sha256()
    files = [*sorted((root / "dlcourse").rglob("*.py")), root / "constraints.txt"]
    for file in files:
        if file.is_file():
            digest.update(str(file.relative_to(root)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def require_node() -> str:
    """Find Node.js.

    Returns
    -------
    str
        Path of the program.

    Raises
    ------
    SystemExit
        When there is none; the message says what to install.
    """
    node = shutil.which("node")
    if node is None:
        raise SystemExit(
            "The book needs Node.js 18 or newer to draw its formulas, and no `node` was found.\n"
            "Install it (https://nodejs.org, or your system's nodejs package) and try again."
        )
    return node


def node_package(name: str, root: Path = ROOT) -> Path:
    """Find the folder of an installed npm package.

    Parameters
    ----------
    name : str
        Package, such as ``katex``.
    root : Path
        Repository.

    Returns
    -------
    Path
        Its folder in ``node_modules``.

    Raises
    ------
    SystemExit
        When it is not installed.
    """
    folder = root / "node_modules" / name
    if not folder.is_dir():
        raise SystemExit(f"{name} is not in {root / 'node_modules'}: run `npm ci --ignore-scripts`")
    return folder


def install_node_packages(root: Path = ROOT) -> None:
    """Run ``npm ci`` when ``node_modules`` is not what ``package-lock.json`` says.

    Parameters
    ----------
    root : Path
        Repository.
    """
    require_node()
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    stamp = root / "node_modules" / ".lock-hash"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("Node.js is here but `npm` is not: install npm and try again.")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=root, check=False)
    if done.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed in {root}; see its message above.")
    stamp.write_text(lock)


def lint_page(text: str) -> Iterator[tuple[int, str]]:
    """Find the faults of a page that Jupyter Book passes over in silence.

    Parameters
    ----------
    text : str
        MyST source of a page.

    Yields
    ------
    line : int
        Line, from 1.
    message : str
        What is wrong and what to do.
    """
    yield from _lint_header(text)
    lines = text.splitlines()
    verbatim = _verbatim_lines(lines)
    inside = False  # between an opening and a closing $$
    for number, line in enumerate(lines, start=1):
        if verbatim[number - 1]:
            continue
        if ":class:" in line and "dropdown" in line:
            yield number, "`:class: dropdown` needs a script of the theme's: use ```{dropdown}"
        bare = line.strip()
        if "$$" not in bare:
            continue
        if not inside and not bare.startswith("$$"):
            yield number, "`$$` inside a line of text: give the formula lines of its own"
            continue
        opens, closes = not inside, inside or bare.count("$$") == 2
        if opens and not _is_boundary(lines, number - 2):
            yield number, "no blank line before `$$`: the formula would stay raw text"
        if closes and not _is_boundary(lines, number):
            yield number, "no blank line after `$$`: the formula would stay raw text"
        inside = not closes


def _lint_header(text: str) -> Iterator[tuple[int, str]]:
    if "{code-cell}" not in text and "{glue:" not in text:
        return
    import yaml  # a student's install has none, and builds no site

    header = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    meta = (yaml.safe_load(header[1]) or {}) if header else {}
    form = meta.get("jupytext", {}).get("text_representation", {}).get("format_name")
    if form != "myst":
        yield 1, "no full jupytext header (format_name: myst): the cells would not be executed"
    if not meta.get("kernelspec", {}).get("name"):
        yield 1, "no kernelspec (name: python3): the cells would not be executed"


def _verbatim_lines(lines: list[str]) -> list[bool]:
    """Which lines stand inside code, where ``$$`` means nothing."""
    found, code, directives = [], "", []
    for line in lines:
        fence = _FENCE.match(line)
        marks, name, rest = fence.groups() if fence else ("", None, "")
        if code:
            found.append(True)
            code = "" if marks.startswith(code) and not name and not rest else code
        elif name and name not in _VERBATIM:
            directives.append(marks)
            found.append(False)
        elif directives and marks.startswith(directives[-1]) and not name and not rest:
            directives.pop()
            found.append(False)
        else:
            code = marks
            found.append(bool(marks))
    return found


def _is_boundary(lines: list[str], index: int) -> bool:
    """Whether a line separates a formula from text: blank, a fence, an option, the page's end."""
    if not 0 <= index < len(lines):
        return True
    line = lines[index].strip()
    return not line or bool(re.match(r"(`{3,}|:{3,}|:[\w-]+:|\+\+\+)", line))


def lint(root: Path = ROOT) -> list[str]:
    """Check every page of the book.

    Parameters
    ----------
    root : Path
        Repository.

    Returns
    -------
    list of str
        One ``file:line: message`` for each fault.
    """
    return [
        f"{page.relative_to(root)}:{line}: {message}"
        for page in sorted((root / "book").rglob("*.md"))
        for line, message in lint_page(page.read_text(encoding="utf-8"))
    ]


def build(out: Path, root: Path = ROOT) -> Path:
    """Build the site; any warning is a failure.

    Parameters
    ----------
    out : Path
        Folder to put ``_build`` in.
    root : Path
        Repository.

    Returns
    -------
    Path
        Folder of the pages.
    """
    faults = lint(root)
    if faults:
        raise SystemExit("\n".join(faults))
    install_node_packages(root)
    command = [
        sys.executable, "-c", "from jupyter_book.cli.main import main; main()",
        "build", "book", "--config", "_config.yml", "--path-output", str(out),
        "-W", "-n", "--keep-going", "--quiet",
    ]  # fmt: skip
    # Pages draw with matplotlib: no screen, and the same hash order in every run.
    # Small products are slower on several threads, and much slower on a busy machine.
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment = {**one_thread, **os.environ, "MPLBACKEND": "agg", "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=root, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return out / "_build" / "html"


def main(arguments: list[str] | None = None) -> None:
    """Run ``python -m dlcourse.site``.

    Parameters
    ----------
    arguments : list of str, optional
        Command line without the program's name.
    """
    parser = argparse.ArgumentParser(prog="python -m dlcourse.site", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build", help="build the site into OUT/_build/html")
    builder.add_argument("--out", type=Path, default=ROOT, help="default: the repository")
    commands.add_parser("lint", help="check the pages' sources only")
    options = parser.parse_args(arguments)
    if options.command == "lint":
        raise SystemExit("\n".join(lint()) or 0)
    pages = build(options.out.resolve())
    sys.stdout.write(f"The book: {pages / 'index.html'}\n")


if __name__ == "__main__":
    main()
