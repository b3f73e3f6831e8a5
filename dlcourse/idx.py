"""The IDX format, in which MNIST is handed around: a short header, then the numbers."""

from __future__ import annotations

import math
import struct

import numpy as np

#: Number type by its code; IDX is big-endian.
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def parse_idx(data: bytes, where: str = "IDX data") -> np.ndarray:
    """Read the content of an IDX file.

    Parameters
    ----------
    data : bytes
        The unpacked file: two zero bytes, a code for the type of number, the number of axes,
        the length of each axis (4 bytes, big-endian), and the numbers.
    where : str, default 'IDX data'
        What to call it in errors.

    Returns
    -------
    array
        The numbers, in the machine's own byte order.

    Raises
    ------
    ValueError
        When the first bytes are not those of IDX, or the length is not what they promise.

    Notes
    -----
    Section "MNIST" of chapter 7.

    Examples
    --------
    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])).tolist()
    [7, 8, 9]
    """
    if len(data) < 4 or data[:2] != b"\x00\x00" or data[2] not in _TYPES or data[3] == 0:
        raise ValueError(
            f"{where}: got the first bytes {data[:4].hex(' ') or 'of an empty file'}, "
            "wanted 00 00, a type (08, 09, 0b to 0e) and the number of axes: not IDX"
        )
    kind, axes = np.dtype(_TYPES[data[2]]), data[3]
    header = 4 + 4 * axes
    if len(data) < header:
        raise ValueError(f"{where}: got {len(data)} bytes, wanted a header of {header}; cut short")
    shape = struct.unpack(f">{axes}I", data[4:header])
    wanted = header + math.prod(shape) * kind.itemsize
    if len(data) != wanted:
        raise ValueError(
            f"{where}: got {len(data)} bytes, wanted {wanted} for the shape {shape}; "
            f"{'cut short' if len(data) < wanted else 'something is appended'}"
        )
    numbers = np.frombuffer(data, kind, offset=header).reshape(shape)
    return numbers.astype(kind.newbyteorder("="))


def format_idx(array: np.ndarray) -> bytes:
    """Write an array as the content of an IDX file.

    Parameters
    ----------
    array : array
        1 to 255 axes of uint8, int8, int16, int32, float32 or float64.

    Returns
    -------
    bytes
        What `parse_idx` reads.

    Raises
    ------
    ValueError
        When IDX has no such type of number or number of axes.

    Notes
    -----
    Section "MNIST" of chapter 7: how to hand over images of one's own.

    Examples
    --------
    >>> list(format_idx(np.array([7, 8, 9], np.uint8)))
    [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]
    """
    codes = {np.dtype(kind).newbyteorder("="): code for code, kind in _TYPES.items()}
    code = codes.get(array.dtype.newbyteorder("="))
    if code is None or array.ndim == 0:
        raise ValueError(
            f"got {array.ndim} axes of {array.dtype}, wanted at least 1 axis of "
            f"{', '.join(map(str, codes))}"
        )
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return header + array.astype(_TYPES[code]).tobytes()
