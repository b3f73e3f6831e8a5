"""From whatever a student handed in to plain cells: read without trust, give up with a reason."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Larger files are refused: an honest notebook with many plots has a few MiB.
MAX_BYTES = 64 << 20
MAX_CELLS = 2_000
MAX_SOURCE = 1 << 20
#: Lists, objects and their entries in the file, which take far more memory than their characters.
MAX_PARTS = 2_000_000

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class UnreadableError(Exception):
    """A submission that cannot be read; the message says why and what the student should do."""


@dataclass(frozen=True)
class RawCell:
    """One cell as it was handed in."""

    kind: str
    source: str
    grade_id: str = ""
    id: str = ""


@dataclass(frozen=True)
class Handed:
    """The bytes that a student handed in, or why they were not taken.

    It is all that a worker needs, wherever the worker runs: files are read here and only here.
    """

    digest: str
    data: bytes = field(default=b"", repr=False)
    remarks: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True)
class Submitted:
    """The cells of a submission, a digest of its bytes, and what had to be overlooked."""

    cells: tuple[RawCell, ...]
    digest: str
    remarks: tuple[str, ...] = ()


def take_in(folder: Path, expected: str) -> Handed:
    """Take the notebook out of a student's folder; never a link, a device or a huge file.

    Parameters
    ----------
    folder : Path
        What the student handed in.
    expected : str
        File name of the released notebook, such as ``neuron.ipynb``.

    Returns
    -------
    Handed
        Its bytes and their SHA-256; without a readable notebook the reason, and a digest of what
        lies in the folder.
    """
    try:
        path, remarks = _find_notebook(folder, expected)
        data = _read_regular(path)
    except UnreadableError as reason:
        return Handed(_listing_digest(folder), refused=str(reason))
    return Handed(hashlib.sha256(data).hexdigest(), data, tuple(remarks))


def read_handed(handed: Handed) -> Submitted:
    """Read the cells of what was handed in.

    Parameters
    ----------
    handed : Handed
        What `take_in` gave.

    Returns
    -------
    Submitted
        Cells, digest and remarks.

    Raises
    ------
    UnreadableError
        When nothing was taken in, or it is not a notebook.
    """
    if handed.refused:
        raise UnreadableError(handed.refused)
    cells, remarks = parse_notebook(handed.data)
    return Submitted(tuple(cells), handed.digest, (*handed.remarks, *remarks))


def read_submission(folder: Path, expected: str) -> Submitted:
    """Read the notebook in a student's folder.

    Parameters
    ----------
    folder : Path
        What the student handed in.
    expected : str
        File name of the released notebook, such as ``neuron.ipynb``.

    Returns
    -------
    Submitted
        Cells, digest and remarks.

    Raises
    ------
    UnreadableError
        When there is no notebook, or several, or none that can be read.
    """
    return read_handed(take_in(folder, expected))


def parse_notebook(data: bytes) -> tuple[list[RawCell], list[str]]:
    """Read the cells of a notebook of any format version, without its outputs.

    Parameters
    ----------
    data : bytes
        Content of the file.

    Returns
    -------
    cells : list of RawCell
        Cells in order.
    remarks : list of str
        What was odd and overlooked.

    Raises
    ------
    UnreadableError
        When the bytes are not a notebook.
    """
    text, remarks = _decode(data)
    if _has_too_many_parts(text):
        raise UnreadableError(
            f"the file has more than {MAX_PARTS:,} separate values; clear the outputs (Kernel, "
            "Restart and clear outputs) and hand in again"
        )
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            f"the file is not a notebook: it cannot be read as JSON ({_brief(error)}); "
            "open it in Jupyter, save it again and hand in the saved file"
        ) from None
    raw = _raw_cells(document)
    if raw is None:
        raise UnreadableError(
            "the file is JSON but not a notebook: it has no list of cells; "
            "hand in the .ipynb file itself"
        )
    version = document.get("nbformat")
    if version != 4:
        told = repr(version) if isinstance(version, int) and abs(version) < 1000 else "unknown"
        remarks.append(f"the notebook has format {told}; its cells were read all the same")
    return [_cell(entry) for entry in raw[:MAX_CELLS] if isinstance(entry, dict)], remarks


def _listing_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    with contextlib.suppress(OSError):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            about = entry.stat(follow_symlinks=False)
            digest.update(
                f"{entry.name!r} {about.st_mode} {about.st_size} {about.st_mtime_ns}\n".encode()
            )
    return digest.hexdigest()


def _find_notebook(folder: Path, expected: str) -> tuple[Path, list[str]]:
    if folder.is_symlink():
        raise UnreadableError("the folder is a link; hand in the file itself")
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise UnreadableError(
            f"the folder cannot be read ({error.strerror}); hand in again"
        ) from None
    notebooks = [entry.name for entry in entries if entry.name.lower().endswith(".ipynb")]
    if expected in notebooks:
        return folder / expected, []
    if len(notebooks) == 1:
        return folder / notebooks[0], [f"the file is named {notebooks[0]!r}, not {expected!r}"]
    if not notebooks:
        found = ", ".join(repr(entry.name) for entry in entries[:5]) or "nothing"
        raise UnreadableError(f"there is no notebook, only {found}; hand in {expected}")
    names = ", ".join(repr(name) for name in notebooks[:5])
    raise UnreadableError(
        f"there are several notebooks ({names}) and none is named {expected}; hand in one"
    )


def _read_regular(path: Path) -> bytes:
    """Read a regular file: never a link, a device or a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        raise UnreadableError(
            "the notebook is a link or cannot be opened; hand in the file itself"
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableError("the notebook is not a regular file; hand in the file itself")
        if about.st_size > MAX_BYTES:
            raise UnreadableError(
                f"the file has {about.st_size >> 20} MiB and at most {MAX_BYTES >> 20} are read; "
                "clear the outputs (Kernel, Restart and clear outputs) and hand in again"
            )
        data = file.read(MAX_BYTES + 1)
    if not data.strip():
        raise UnreadableError(
            "the file is empty; save the notebook in Jupyter and hand it in again"
        )
    return data


def _decode(data: bytes) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-16"), ["the file was saved as UTF-16, not UTF-8"]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return data.decode("utf-8-sig", "replace"), ["some characters are not UTF-8"]


def _raw_cells(document: Any) -> list[Any] | None:
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    sheets = document.get("worksheets")  # format 3 and older
    if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        cells = sheets[0].get("cells")
        return list(cells) if isinstance(cells, list) else None
    return None


def _cell(entry: dict[str, Any]) -> RawCell:
    source = entry.get("source", entry.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    text = source if isinstance(source, str) else ""
    metadata = entry.get("metadata")
    grading = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = grading.get("grade_id", "") if isinstance(grading, dict) else ""
    return RawCell(
        kind="code" if entry.get("cell_type") == "code" else "text",
        source=_clean(text[:MAX_SOURCE]),
        grade_id=_identifier(grade_id),
        id=_identifier(entry.get("id")),
    )


def _identifier(value: Any) -> str:
    """Keep a cell's name when it is one: it goes into the records."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _has_too_many_parts(text: str) -> bool:
    if len(text) <= MAX_PARTS:
        return False
    bare = _STRING.sub("", text)
    return sum(map(bare.count, "[{,:")) > MAX_PARTS


def _clean(text: str) -> str:
    """Drop what cannot be written as UTF-8 or breaks Python: lone surrogates, NULs, CRLF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
