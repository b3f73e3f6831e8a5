"""Feedback and report in a real browser, wide and light, narrow and dark."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from records import UNIT, classroom, verdict
from test_feedback import LOST, hostile_page
from test_report import page_of_class

from dlcourse.grading.feedback import render
from dlcourse.grading.plain import number, plain
from dlcourse.grading.report import render as render_report
from dlcourse.site import install_node_packages

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), "")


def test_pages_are_accessible_fit_the_screen_and_keep_to_themselves(tmp_path):
    install_node_packages(ROOT)
    assert CHROMIUM, "Chromium is missing; run scripts/system-packages.sh test"
    pages = {
        "feedback": render(verdict("ada", LOST), UNIT),
        "hostile": hostile_page(),
        "ungradable": render(verdict("ada", status="ungradable"), UNIT),
        "report": render_report(UNIT, classroom(12)),
        "hostile-report": page_of_class(),
    }
    paths = []
    for name, text in pages.items():
        paths.append(tmp_path / f"{name}.html")
        paths[-1].write_text(text, "utf-8")
    script = Path(__file__).with_name("open_pages.cjs")
    done = subprocess.run(
        ["node", script, CHROMIUM, *paths], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("text", ["", "a\nb\tc", "é 漢字 😀", "<b> & 'x'"])
def test_ordinary_text_stays_as_it_is(text):
    assert plain(text) == text


def test_line_ends_are_made_alike_and_colors_of_a_terminal_go():
    assert plain("a\r\nb\rc") == "a\nb\nc"
    assert plain("\x1b[31mred\x1b[0m") == "red"


def test_numbers_keep_two_decimals_at_most():
    assert [number(value) for value in (0.0, 10.0, 100.0, 2.25, 2.999)] == [
        "0",
        "10",
        "100",
        "2.25",
        "3",
    ]
