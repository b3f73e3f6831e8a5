"""Text from strangers made fit to show: no control characters, no reversed reading, no flood."""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

#: Control characters, marks and overrides of the reading direction, halves of surrogate pairs,
#: byte order marks and code points that are no characters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)


def plain(text: str, limit: int = 2_000) -> str:
    r"""Make text safe to print: what cannot be seen is written out, what is too long is cut.

    HTML is not escaped here; the templates do that.

    Parameters
    ----------
    text : str
        Anything.
    limit : int
        Characters to keep.

    Returns
    -------
    str
        Text that can be written as UTF-8.

    Examples
    --------
    >>> print(plain("a\u202eb\x00"))
    a\u202eb\u0000
    >>> plain("abcdef", limit=3)
    'abc ... (3 characters left out)'
    """
    left_out = len(text) - limit
    kept = text[:limit] if left_out > 0 else text
    kept = _ANSI.sub("", kept.replace("\r\n", "\n").replace("\r", "\n"))
    kept = _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", kept)
    return f"{kept} ... ({left_out} characters left out)" if left_out > 0 else kept


def number(value: float | None) -> str:
    """Write points as a person would.

    Parameters
    ----------
    value : float or None
        Points.

    Returns
    -------
    str
        At most two decimals and no trailing zeros; a dash for None.

    Examples
    --------
    >>> number(4.0), number(2.5), number(1 / 3), number(None)
    ('4', '2.5', '0.33', '–')
    """
    if value is None:
        return "–"
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
