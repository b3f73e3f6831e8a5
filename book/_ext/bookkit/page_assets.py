"""Fonts and style sheets of the finished site, and nothing else in ``_static``.

Fonts come from npm packages; each is cut to the characters that the pages use, because a reader
should not wait for 170 KB of letters that no page contains.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
import shutil
from pathlib import Path

import sphinx_design
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from sphinx.application import Sphinx

from dlcourse.site import node_package

#: File in the site, npm package, file in the package.
_TEXT_FONTS = (
    ("inter.woff2", "@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2"),
    (
        "source-serif.woff2",
        "@fontsource-variable/source-serif-4",
        "files/source-serif-4-latin-wght-normal.woff2",
    ),
    (
        "source-serif-italic.woff2",
        "@fontsource-variable/source-serif-4",
        "files/source-serif-4-latin-wght-italic.woff2",
    ),
)
_WEIGHTS = (400, 700)
#: Formula fonts that most pages need; the others (Fraktur, script, ...) are small and rare.
_CUT_MATH = ("KaTeX_Main-Regular", "KaTeX_Main-Bold.", "KaTeX_Math-Italic", "KaTeX_AMS")
#: What scripts may write, beside what the pages contain.
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "−×·…–—‘’“”≤≥≈→✓✗₁₂₃₄₅₆½σ“”◆∎‖∞"
#: Files of ``_static`` that pages ask for; the theme's others are removed.
_KEPT = (
    "book.css", "book.js", "quiz.js", "ledger.js", "search.js", "search-data.js", "pygments.css",
    "sphinx-design.css", "favicon.svg", "fonts", "katex", "widgets", "pictures",
)  # fmt: skip


def _finish(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    cache = out.parent / ".font_cache"
    cache.mkdir(exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table it cuts
    characters = _characters(out)
    (static / "fonts").mkdir(exist_ok=True)
    for name, package, file in _TEXT_FONTS:
        source = node_package(package) / file
        (static / "fonts" / name).write_bytes(_cut(source, characters, cache, _WEIGHTS))
    _copy_katex(static, characters, cache)
    design = Path(sphinx_design.__file__).parent / "static" / "sphinx-design.min.css"
    shutil.copy(design, static / "sphinx-design.css")
    _remove_unused(out)


def _characters(out: Path) -> str:
    """Every character of every page, and those that scripts may write."""
    found = set(_ALWAYS)
    for page in out.rglob("*.html"):
        found.update(page.read_text(encoding="utf-8"))
    return "".join(sorted(found))


def _cut(
    source: Path, characters: str, cache: Path, weights: tuple[int, int] | None = None
) -> bytes:
    """Keep only the given characters (and weights, in a variable font); cached by content."""
    recipe = source.read_bytes() + characters.encode() + repr(weights).encode()
    kept = cache / hashlib.sha256(recipe).hexdigest()[:20]
    if not kept.exists():
        font = TTFont(source, recalcTimestamp=False)  # the same bytes in every build
        options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        if weights:
            font = instancer.instantiateVariableFont(font, {"wght": weights})
        buffer = io.BytesIO()
        subset.save_font(font, buffer, options)
        kept.write_bytes(buffer.getvalue())
    return kept.read_bytes()


def _copy_katex(static: Path, characters: str, cache: Path) -> None:
    """KaTeX's style sheet with its woff2 fonts only, the usual ones cut like the text's."""
    package = node_package("katex") / "dist"
    fonts = static / "katex" / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    css = (package / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\(\"\w+\"\)", "", css)
    (static / "katex" / "katex.css").write_text(css, encoding="utf-8")
    for name in sorted(set(re.findall(r"url\(fonts/([^)]+\.woff2)\)", css))):
        source = package / "fonts" / name
        often = name.startswith(_CUT_MATH)
        (fonts / name).write_bytes(
            _cut(source, characters, cache) if often else source.read_bytes()
        )


def _remove_unused(out: Path) -> None:
    """Drop the theme's scripts and styles, so that no page can ask for them unnoticed."""
    for path in (out / "_static").iterdir():
        if path.name not in _KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ("_sphinx_design_static", "_sources"):
        shutil.rmtree(out / name, ignore_errors=True)
    for name in ("searchindex.js", ".buildinfo"):
        (out / name).unlink(missing_ok=True)
    pages = "".join(page.read_text(encoding="utf-8") for page in out.glob("*.html"))
    for picture in (out / "_images").glob("*"):  # of earlier builds
        if picture.name not in pages:
            picture.unlink()


def setup(app: Sphinx) -> None:
    """Pack the site when everything else is written."""
    app.connect("build-finished", _finish, priority=900)
