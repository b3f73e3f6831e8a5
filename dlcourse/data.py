"""Real data: handwritten digits from scikit-learn, MNIST from where the reader has it.

Nothing is fetched unless a reader gives the address, and nothing is believed unchecked.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dlcourse.idx import parse_idx

#: SHA-256 of the four files of MNIST, unpacked: it does not matter how they were compressed.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

#: Images (n, pixels) in [0, 1] and classes (n,).
Examples = tuple[np.ndarray, np.ndarray]

_LARGEST = 1 << 28  # bytes of one unpacked file: five times MNIST's largest
_TIMEOUT = 30.0  # seconds without a byte


def digits() -> Examples:
    """Load scikit-learn's 1797 handwritten digits of 8 by 8 pixels; no download.

    Returns
    -------
    X : array, shape (1797, 64)
        Brightness of each pixel, in [0, 1], row by row.
    y : int array, shape (1797,)
        The digit, 0 to 9.

    Raises
    ------
    ImportError
        When scikit-learn is not installed.

    Notes
    -----
    Section "The digits" of chapter 7; Alpaydin and Kaynak (1998) [1]_.

    References
    ----------
    .. [1] E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI Machine
       Learning Repository, 1998.

    Examples
    --------
    >>> X, y = digits()  # doctest: +SKIP
    >>> X.shape, y.shape  # doctest: +SKIP
    ((1797, 64), (1797,))
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError(
            "the digits come with scikit-learn, which is not installed: pip install scikit-learn"
        ) from None
    X, y = load_digits(return_X_y=True)
    return X / 16, y.astype(np.int64)


def load_mnist(
    source: str | Path, sha256: Mapping[str, str] = MNIST_SHA256
) -> tuple[Examples, Examples]:
    """Load MNIST, or a set in its form, from a folder or an address.

    Parameters
    ----------
    source : str or Path
        Folder, or address that begins with ``http://`` or ``https://``, that holds
        ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte`` and the same with ``t10k``,
        each with or without ``.gz``.
    sha256 : mapping, optional
        Checksum of each unpacked file by its name without ``.gz``; those of MNIST unless given.
        A file that is not named is refused from an address and taken from a folder.

    Returns
    -------
    train : tuple (X, y)
        Images, shape (n, pixels), float32 in [0, 1], and their classes, int64.
    test : tuple (X, y)
        The same, held back.

    Raises
    ------
    FileNotFoundError
        When a file is not there.
    ValueError
        When a file is not what its checksum, its header or its partner promises.

    Notes
    -----
    Section "MNIST" of chapter 7; LeCun, Bottou, Bengio and Haffner (1998) [1]_.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to
       document recognition", Proceedings of the IEEE 86(11), 1998.

    Examples
    --------
    >>> load_mnist("no-folder")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: found neither no-folder/train-images-idx3-ubyte.gz nor no-folder/...
    """
    train, test = (_examples(source, part, sha256) for part in ("train", "t10k"))
    return train, test


def _examples(source: str | Path, part: str, sha256: Mapping[str, str]) -> Examples:
    images = _array(source, f"{part}-images-idx3-ubyte", sha256, axes=3)
    labels = _array(source, f"{part}-labels-idx1-ubyte", sha256, axes=1)
    if len(images) != len(labels):
        raise ValueError(
            f"got {len(images)} images and {len(labels)} labels in {part} of {source}, "
            "wanted as many; the files do not belong together"
        )
    X = images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
    return X, labels.astype(np.int64)


def _array(source: str | Path, name: str, sha256: Mapping[str, str], axes: int) -> np.ndarray:
    data, where = _read(source, name)
    digest, wanted = hashlib.sha256(data).hexdigest(), sha256.get(name)
    if wanted is None and _is_address(source):
        raise ValueError(
            f"got no checksum for {name} from an address, wanted its SHA-256 in "
            f"sha256; if you trust what came, it is {digest}"
        )
    if wanted is not None and digest != wanted.lower():
        raise ValueError(
            f"{where}: got SHA-256 {digest}, wanted {wanted}; the file is damaged or "
            "another one: get it again, or pass its own checksum in sha256"
        )
    array = parse_idx(data, where)
    if array.ndim != axes or array.dtype != np.uint8:
        raise ValueError(
            f"{where}: got {array.ndim} axes of {array.dtype}, "
            f"wanted {axes} of uint8; is it another file under this name?"
        )
    return array


def _read(source: str | Path, name: str) -> tuple[bytes, str]:
    """Unpacked content of a file, and where it came from."""
    tried = []
    for ending in (".gz", ""):
        where = _place(source, name + ending)
        try:
            packed = _fetch(where) if _is_address(source) else Path(where).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            tried.append(where)
            continue
        return _unpacked(packed, where), where
    raise FileNotFoundError(
        f"found neither {tried[0]} nor {tried[1]}; wanted the files of MNIST, "
        "packed or not, under their usual names"
    )


def _is_address(source: str | Path) -> bool:
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def _place(source: str | Path, name: str) -> str:
    return f"{str(source).rstrip('/')}/{name}" if _is_address(source) else str(Path(source) / name)


def _fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:
            data = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        if error.code in (404, 410):
            raise FileNotFoundError(address) from None
        raise
    return _bounded(data, address)


def _unpacked(data: bytes, where: str) -> bytes:
    """Unpack gzip; the first two bytes tell if it is, whatever the name says."""
    if data[:2] != b"\x1f\x8b":
        return _bounded(data, where)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return _bounded(file.read(_LARGEST + 1), where)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{where}: the gzip file is damaged ({error}); get it again") from None


def _bounded(data: bytes, where: str) -> bytes:
    if len(data) > _LARGEST:
        raise ValueError(f"{where}: got more than {_LARGEST >> 20} MiB, wanted a file like MNIST's")
    return data
