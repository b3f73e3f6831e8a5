"""What the directives and the build refuse, each with the words that an author needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse import site

CONF = """\
import sys
sys.path.insert(0, {path!r})
extensions = ["myst_nb", "bookkit"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
html_math_renderer = "katex"
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
"""
QUIZ = """\
```{quiz} try
Which?

- [ ] one
  > Not one.
- [x] two
  > Two.
```
"""
BAD_LEDGER = """\
title = "Bad"
[[row]]
topic = "Sum"
says = "1 + 1 = 3"
said = "3"
compute = "1 + 1"
true = "[[.0f]]"
verdict = "agrees"
labels = ["nowhere"]
"""
FAULTY = {
    "quiz-two-right": (QUIZ.replace("[ ]", "[x]"), "2 choices, 2 right; wanted exactly one"),
    "quiz-none-right": (QUIZ.replace("[x]", "[ ]"), "2 choices, 0 right"),
    "quiz-unexplained": (QUIZ.replace("  > Two.\n", ""), "'[x] two' has no explanation"),
    "quiz-unmarked": (QUIZ.replace("[ ] ", ""), "'one' does not start with '[ ]'"),
    "quiz-no-question": (QUIZ.replace("Which?\n", ""), "wanted a question"),
    "quiz-bad-name": (QUIZ.replace("} try", "} Try_it"), "lower-case letters"),
    "predict-open": ("```{predict}\nWhat?\n```\n", "got 0 lines that hold only +++"),
    "predict-empty": ("```{predict}\nWhat?\n+++\n```\n", "the answer is empty"),
    "picture-unknown": ("```{picture} nowhere.at_all\n```\n", "ModuleNotFoundError"),
    "picture-no-alt": ("```{picture} bad.silent\n```\n", "without alt text"),
    "widget-unknown": ("```{widget} perceptron\nStill.\n```\n", "wanted one of ["),
    "ledger-unknown": ("```{ledger} 999\n```\n", "No such file"),
    "ledger-wrong": ("```{ledger} bad\n```\n", "note-bad-1 (Sum): verdict agrees for"),
    "widget-no-still": ("```{widget} neuron\n```\n", "readers without scripts|without scripts"),
    "math-broken": ("So $\\frac{1}{$ it is.\n", "Expected '}'|KaTeX parse error"),
}


@pytest.fixture(scope="module")
def warnings(tools, tmp_path_factory) -> str:
    """Warnings of one build of all faulty pages."""
    folder = tmp_path_factory.mktemp("faulty")
    conf = CONF.format(path=str(site.ROOT / "book" / "_ext"))
    # A figure module of our own, so that a figure without alt text can be asked for.
    conf += (
        "import types\nfrom matplotlib.figure import Figure\n"
        "from dlcourse.figures.style import Picture\n"
        "bad = types.ModuleType('bad')\n"
        "bad.silent = lambda theme: Picture(Figure(), ' ')\n"
        "sys.modules['dlcourse.figures.bad'] = bad\n"
    )
    (folder / "conf.py").write_text(conf)
    (folder / "_static" / "widgets").mkdir(parents=True)
    (folder / "_static" / "widgets" / "neuron.js").write_text("")
    (folder / "ledger").mkdir()
    (folder / "ledger" / "bad.toml").write_text(BAD_LEDGER)
    for name, (text, _) in FAULTY.items():
        (folder / f"{name}.md").write_text(f"# {name}\n\n{text}")
    pages = "\n".join(FAULTY)
    (folder / "index.md").write_text(f"# Index\n\n```{{toctree}}\n{pages}\n```\n")
    log = folder / "warnings.txt"
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", "-w", str(log)]
    subprocess.run([*command, str(folder), str(folder / "out")], check=False, capture_output=True)
    return log.read_text()


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_an_error_with_its_reason(warnings, name):
    own = [line for line in warnings.splitlines() if f"{name}.md" in line]
    assert own, f"nothing was said about {name}.md in:\n{warnings}"
    expected = FAULTY[name][1]
    found = any(part in line for line in own for part in expected.split("|"))
    assert found, f"wanted {expected!r} in {own}"


def test_numbers_and_references(specimen: Path):
    page = (specimen / "specimen.html").read_text(encoding="utf-8")
    assert re.search(r'href="#fig-specimen"><span class="std std-numref">Figure 1\.1<', page)
    assert re.search(r'href="#equation-eq-specimen">\(1\.1\)</a>', page)
    assert "Theorem 1.1" in page
    assert re.search(r'<span class="pasted-text">0\.462</span>', page)


def test_pictures_come_in_two_themes_with_alt_text(specimen: Path):
    page = (specimen / "specimen.html").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        tag = re.search(rf'<img class="for-{theme}"[^>]*>', page)
        assert tag, theme
        assert re.search(r'alt="[^"]{20,}"', tag[0])
        assert re.search(r'width="\d+" height="\d+"', tag[0])
        source = re.search(r'src="([^"]+)"', tag[0])
        assert source
        assert (specimen / source[1]).read_text(encoding="utf-8").startswith("<?xml")


def test_included_code_leaves_the_docstring_out(specimen: Path):
    page = (specimen / "specimen.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", "", page)
    assert "def sigmoid(" in text
    assert "Parameters" not in text


def test_formulas_are_html_and_no_script_draws_them(specimen: Path):
    page = (specimen / "specimen.html").read_text(encoding="utf-8")
    assert page.count('class="katex"') >= 10
    assert "<math" in page  # for screen readers
    assert "mathjax" not in page.lower().replace("mathjax_ignore", "")


def test_no_line_begins_with_the_mark_behind_a_short_formula(specimen: Path):
    page = (specimen / "specimen.html").read_text(encoding="utf-8")
    _, *tied = page.split('<span class="tied">')
    formulas = [part.partition('class="base"')[2] for part in tied]
    marks = [re.search(r"(?:</span>)+([.,?]+)</span>", formula) for formula in formulas]
    assert {mark[1] for mark in marks if mark} == {".", "?", ","}
    _, _, names = page.partition("It names")
    assert re.match(r" x, y+, z\.", re.sub(r"<[^>]+>", "", names))


def test_a_page_loads_only_what_it_uses(specimen: Path):
    index = (specimen / "index.html").read_text(encoding="utf-8")
    assert "quiz.js" not in index
    assert "widgets/" not in index
    assert "katex" not in index
    names = {path.name for path in (specimen / "_static").iterdir()}
    assert not names & {"scripts", "styles", "vendor", "sphinx-thebe.js", "thebe"}
