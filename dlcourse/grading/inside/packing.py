"""Plain data as JSON nodes and raw buffers, both ways, every size checked before it is spent.

What can cross is a short list: None, bool, int, float, str, list, tuple, dict, arrays and NumPy
numbers of a few dtypes.  A node is a JSON literal or an object with one key that names its kind;
the bytes of arrays and long texts lie in buffers, in the order of the nodes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

MAX_HEADER = 1 << 16
MAX_BODY = 64 << 20
MAX_ARRAY = 16 << 20
MAX_DEPTH = 16
MAX_DIMENSIONS = 16
MAX_LIST = 1 << 20
MAX_INT_BITS = 1024

_SHORT_TEXT = 256
_PACK_FROM = 8
#: From this length on, whole numbers among floating ones may become floating: they cannot cross
#: one by one.
_MIX_FROM = 2048
_NAMES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64"
_DTYPES = {name: np.dtype(name) for name in _NAMES.split()}
#: NumPy takes its time to tell a name.
_NAMES_OF = {dtype: name for name, dtype in _DTYPES.items()}
_PACKED = {bool: "bool", int: "int64", float: "float64"}

Special = Callable[[Any], Any]


class EncodeError(ValueError):
    """A value that cannot cross; the message says what it is, for the student to read."""


class ProtocolError(ValueError):
    """A frame that no honest peer sends."""


class Encoder:
    """One value on its way out: JSON nodes, with the bulk set aside in `buffers`."""

    def __init__(self, special: Special | None) -> None:
        self.buffers: list[bytes] = []
        self.size = 0
        self.nodes = 0
        self.depth = 0
        self.special = special

    def node(self, value: Any) -> Any:
        """Make the JSON node of a value, and keep its bulk."""
        self.nodes += 1
        if self.nodes > MAX_HEADER:
            raise EncodeError("too many separate parts; put the numbers into one array")
        if value is None or type(value) is bool:
            return value
        method = self._METHODS.get(type(value))
        if method is not None:
            return method(self, value)
        # A subclass of a plain type goes through the method of the plain type itself, so that
        # what it overrides has no say.
        for kind, method in self._METHODS.items():
            if isinstance(value, kind):
                return method(self, value)
        return self._unknown(value)

    def _unknown(self, value: Any) -> Any:
        known = self.special(value) if self.special else None
        if known is None:
            raise EncodeError(
                f"a value of type {type(value).__name__}, where numbers, arrays, text, or lists, "
                "tuples and dicts of these are wanted"
            )
        return known

    def _numbers(self, value: np.ndarray) -> Any:
        array = np.asarray(value)
        return {"a": [self._array(array), list(array.shape)]}

    def _number(self, value: np.generic) -> Any:
        return {"s": self._array(np.asarray(value))}

    def _float(self, value: float) -> Any:
        plain = float.__float__(value)
        return plain if math.isfinite(plain) else {"f": str(plain)}

    def _int(self, value: int) -> int:
        plain = int.__int__(value)
        if plain.bit_length() > MAX_INT_BITS:
            raise EncodeError(f"an integer of more than {MAX_INT_BITS} bits")
        return plain

    def _text(self, value: str) -> Any:
        data = str.encode(value, "utf-8", "replace")
        if len(data) <= _SHORT_TEXT:
            return data.decode("utf-8")
        self._keep(data)
        return {"t": len(data)}

    def _list(self, value: list[Any]) -> Any:
        items = list(list.__iter__(value))
        return self._pack(items) or {"l": self._inside(items)}

    def _tuple(self, value: tuple[Any, ...]) -> Any:
        return {"u": self._inside(list(tuple.__iter__(value)))}

    def _dict(self, value: dict[Any, Any]) -> Any:
        keys = self._inside(list(dict.keys(value)))
        values = self._inside(list(dict.values(value)))
        return {"d": [keys, values]}

    def _inside(self, items: list[Any]) -> list[Any]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise EncodeError(f"a value nested more than {MAX_DEPTH} deep")
        nodes = [self.node(item) for item in items]
        self.depth -= 1
        return nodes

    def _pack(self, items: list[Any]) -> Any:
        """Set a regular nest of lists of like numbers aside as one buffer; None if it is not."""
        shape, leaves = _regular(items)
        if len(leaves) < _PACK_FROM:
            return None
        kinds = {type(leaf) for leaf in leaves}
        if kinds == {int, float} and len(leaves) >= _MIX_FROM:
            kinds = {float}
        if len(kinds) > 1:
            return None
        kind = kinds.pop()
        scalar = issubclass(kind, np.generic)
        name = np.dtype(kind).name if scalar else _PACKED.get(kind, "")
        if name not in _DTYPES:
            return None
        try:
            array = np.array(leaves, dtype=name)
        except OverflowError:
            return None
        return {"p": [self._array(array), shape, scalar]}

    def _array(self, array: np.ndarray) -> str:
        name = _NAMES_OF.get(array.dtype) or array.dtype.name
        if name not in _DTYPES:
            raise EncodeError(f"an array of dtype {array.dtype}, where real numbers are wanted")
        if array.nbytes > MAX_ARRAY:
            raise EncodeError(f"an array of {array.nbytes} bytes (at most {MAX_ARRAY})")
        if array.ndim > MAX_DIMENSIONS:
            raise EncodeError(f"an array of {array.ndim} dimensions (at most {MAX_DIMENSIONS})")
        self._keep(array.astype(_DTYPES[name], order="C", copy=False).tobytes())
        return name

    def _keep(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > MAX_BODY:
            raise EncodeError(f"more than {MAX_BODY} bytes in all")
        self.buffers.append(data)

    _METHODS: dict[type, Callable[..., Any]] = {  # noqa: RUF012 (a table, never changed)
        np.ndarray: _numbers,
        np.generic: _number,
        float: _float,
        int: _int,
        str: _text,
        list: _list,
        tuple: _tuple,
        dict: _dict,
    }


def _regular(items: list[Any]) -> tuple[list[int], list[Any]]:
    """Shape and leaves of a rectangular nest of lists; no leaves when it is not one."""
    shape = [len(items)]
    while items and all(type(item) is list for item in items) and len(shape) < MAX_DIMENSIONS:
        width = len(items[0])
        if any(len(item) != width for item in items) or len(items) * width > MAX_LIST:
            return shape, []
        shape.append(width)
        items = [leaf for item in items for leaf in item]
    return shape, items if len(items) <= MAX_LIST else []


class Decoder:
    """One value on its way in.  Buffers are taken in order, so no byte can be used twice."""

    def __init__(self, body: bytes | bytearray, special: Special | None) -> None:
        self.body = body
        self.position = 0
        self.depth = 0
        self.special = special

    def value(self, node: Any) -> Any:
        """Make the value of a JSON node."""
        kind = type(node)  # JSON has no subclasses
        if kind is str:
            return node if node.isascii() else node.encode("utf-8", "replace").decode("utf-8")
        if node is None or kind is bool or kind is float:
            return node
        if kind is int:
            return self._int(node)
        if kind is not dict or len(node) != 1:
            raise ProtocolError("a node of no known kind")
        [(tag, content)] = node.items()
        if tag in self._METHODS:
            return self._METHODS[tag](self, content)
        if tag.startswith("$") and self.special is not None:
            return self.special(node)
        raise ProtocolError("a node of no known kind")

    def _int(self, node: int) -> int:
        if node.bit_length() > MAX_INT_BITS:
            raise ProtocolError("an integer too long")
        return node

    def _float(self, content: str) -> float:
        return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[content]

    def _text(self, content: int) -> str:
        return bytes(self._take(_count(content))).decode("utf-8", "replace")

    def _list(self, content: list[Any]) -> list[Any]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ProtocolError("nested too deep")
        values = [self.value(item) for item in _listed(content)]
        self.depth -= 1
        return values

    def _tuple(self, content: list[Any]) -> tuple[Any, ...]:
        return tuple(self._list(content))

    def _dict(self, content: list[Any]) -> dict[Any, Any]:
        keys, values = _listed(content)
        return dict(zip(self._list(keys), self._list(values), strict=True))

    def _array(self, content: list[Any]) -> np.ndarray:
        name, shape = _listed(content)
        return self._numbers(name, shape)

    def _scalar(self, content: str) -> Any:
        return self._numbers(content, [])[()]

    def _packed(self, content: list[Any]) -> list[Any]:
        name, shape, scalar = _listed(content)
        array = self._numbers(name, shape)
        # An empty array can have any outer length for no bytes, and so can make any list.
        if not shape or array.size == 0 or array.size > MAX_LIST:
            raise ProtocolError("a packed list of a size that is not allowed")
        return _scalars(array) if scalar else array.tolist()

    def _numbers(self, name: Any, shape: Any) -> np.ndarray:
        dtype = _DTYPES[name]
        sizes = [_count(size) for size in _listed(shape)]
        size = math.prod(sizes)
        if len(sizes) > MAX_DIMENSIONS or size * dtype.itemsize > MAX_ARRAY:
            raise ProtocolError("an array over the limits")
        data = self._take(size * dtype.itemsize)
        return np.frombuffer(data, dtype, count=size).reshape(sizes).copy()

    def _take(self, size: int) -> memoryview:
        start, self.position = self.position, self.position + size
        if self.position > len(self.body):
            raise ProtocolError("fewer bytes than announced")
        return memoryview(self.body)[start : self.position]

    _METHODS: dict[str, Callable[..., Any]] = {  # noqa: RUF012 (a table, never changed)
        "f": _float,
        "t": _text,
        "l": _list,
        "u": _tuple,
        "d": _dict,
        "a": _array,
        "s": _scalar,
        "p": _packed,
    }


def _listed(content: Any) -> list[Any]:
    if not isinstance(content, list):
        raise ProtocolError("a list is missing")
    return content


def _count(content: Any) -> int:
    if type(content) is not int or not 0 <= content < 1 << 31:
        raise ProtocolError("a size that is not allowed")
    return content


def _scalars(array: np.ndarray) -> list[Any]:
    """Nested lists whose leaves are NumPy numbers, where `tolist` makes Python's."""
    return list(array) if array.ndim == 1 else [_scalars(row) for row in array]
