"""Faults that Jupyter Book passes over in silence."""

from __future__ import annotations

import pytest

from dlcourse import site

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
---
"""


def _messages(text: str) -> list[str]:
    return [f"{line}: {message}" for line, message in site.lint_page(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Text.\n\n$$\nx\n$$\n\nText.\n",
        "Text.\n\n$$x$$\n\nText.\n",
        "Text.\n\n$$\nx\n$$ (eq-x)\n\nText.\n",
        ":::{prf:proof}\n:label: p\n\n$$\nx\n$$\n\nDone.\n:::\n",
        ":::{prf:proof}\n$$\nx\n$$\n:::\n",
        "```python\nprint('$$')\n```\n",
        "```\n$$\n```\n",
        HEADER + "\n```{code-cell} ipython3\nprice = '$$'\n```\n",
        "````{predict}\nWhat?\n+++\n$$\nx\n$$\n````\n",
    ],
)
def test_sound_pages(text):
    assert _messages(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Text.\n$$\nx\n$$\n", "2: no blank line before"),
        ("Text.\n\n$$\nx\n$$\nText.\n", "5: no blank line after"),
        (":::{prf:proof}\nText\n$$\nx\n$$\n\nText.\n:::\n", "3: no blank line before"),
        ("So $$x$$ is it.\n", "1: `$$` inside a line"),
        ("```{note}\n:class: dropdown\nText.\n```\n", "2: `:class: dropdown`"),
        ("```{code-cell} ipython3\n1\n```\n", "1: no full jupytext header"),
        (HEADER.replace("myst", "light") + "```{code-cell}\n1\n```\n", "1: no full jupytext"),
        (HEADER.replace("  name: python3", "  x: y") + "{glue:text}`a`\n", "1: no kernelspec"),
    ],
)
def test_faulty_pages(text, expected):
    assert any(message.startswith(expected) for message in _messages(text)), _messages(text)


def test_the_book_is_sound():
    assert site.lint() == []


def test_lint_sees_the_pages(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.md").write_text("Text.\n$$\nx\n$$\n")
    assert site.lint(tmp_path) == [
        "book/page.md:2: no blank line before `$$`: the formula would stay raw text"
    ]


def test_content_key_follows_the_library_and_the_pins(tmp_path):
    (tmp_path / "dlcourse").mkdir()
    module, pins = tmp_path / "dlcourse" / "a.py", tmp_path / "constraints.txt"
    keys = [site.content_key(tmp_path)]
    for file, text in [(module, "x = 1\n"), (module, "x = 2\n"), (pins, "numpy==2.0\n")]:
        file.write_text(text)
        keys.append(site.content_key(tmp_path))
    assert len(set(keys)) == len(keys)
    assert site.content_key(tmp_path) == keys[-1]


def test_missing_node_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(site.shutil, "which", lambda name: None)
    site.require_node.cache_clear()
    with pytest.raises(SystemExit, match=r"needs Node\.js"):
        site.require_node()
    with pytest.raises(SystemExit, match="npm ci"):
        site.node_package("katex", tmp_path)
    site.require_node.cache_clear()
