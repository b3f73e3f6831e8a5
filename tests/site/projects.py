"""Small books for tests: our configuration and extension, other pages."""

from __future__ import annotations

import shutil
from pathlib import Path

from dlcourse import site


def make_project(folder: Path, pages: dict[str, str], toc: str) -> Path:
    """Lay out a book like ours, with our configuration and extension, and other pages."""
    ignore = shutil.ignore_patterns("*.md", "__pycache__", "_toc.yml")
    shutil.copytree(site.ROOT / "book", folder / "book", ignore=ignore, dirs_exist_ok=True)
    for name in ("_config.yml", "package.json", "package-lock.json"):
        shutil.copy(site.ROOT / name, folder / name)
    for name in ("node_modules", "dlcourse"):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(site.ROOT / name)
    for name, text in pages.items():
        (folder / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "book" / "_toc.yml").write_text(toc, encoding="utf-8")
    return folder
