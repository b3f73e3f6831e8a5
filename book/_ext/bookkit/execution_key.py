"""Run the pages again when the library changes, not only when their own text does.

Neither Sphinx nor jupyter-cache looks at ``dlcourse/``, so a page would go on showing what an
older library computed.  The key below is part of Sphinx's environment and names the folders of
the caches of cells and pictures: another key, other caches, every page read again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from dlcourse.site import content_key


def _set_key(app: Sphinx, config: Config) -> None:
    key = content_key()
    build = Path(app.outdir).parent
    config.library_key = key
    config.nb_execution_cache_path = str(build / ".jupyter_cache" / key)
    for stale in [*build.glob(".jupyter_cache/*"), *build.glob(".picture_cache/*")]:
        if stale.name != key:
            shutil.rmtree(stale, ignore_errors=True)


def setup(app: Sphinx) -> None:
    """Register the key as a value that makes every page stale when it changes."""
    app.add_config_value("library_key", "", "env", types=[str])
    app.connect("config-inited", _set_key)
