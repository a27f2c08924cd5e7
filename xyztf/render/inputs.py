"""Everything the answer "nothing to change" hangs on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import jinja2
import markupsafe
import pydantic
import yaml

from xyztf.render.change import ROOTS
from xyztf.render.templates import search_path


def watched(project: Path) -> Iterator[str]:
    """Paths of files and folders, relative to the project where they are in it: environments, templates, xyztf's own
    code and facts and the libraries that make text of them, and all that lies where files are rendered to."""
    yield "templates"
    for folder in search_path(project):
        yield from _tree(str(folder), "__pycache__")
    # Not the folders: Python writes __pycache__ there while we look, and a new file is named in one that changed.
    own = str(Path(__file__).resolve().parent.parent)
    yield from (path for path in _tree(own, "__pycache__") if not os.path.isdir(path))
    for library in (jinja2, markupsafe, pydantic, yaml):
        yield str(library.__file__)
    for top in ROOTS:
        yield top
        yield from (os.path.relpath(path, project) for path in _tree(str(project / top), ".terraform"))


def _tree(folder: str, without: str) -> Iterator[str]:
    """`folder` and all that is below it, also behind links; folders called `without` are not entered."""
    seen = set()
    for parent, folders, files in os.walk(folder, followlinks=True):
        here = os.path.realpath(parent)
        folders[:] = [] if here in seen else [name for name in folders if name != without]
        seen.add(here)
        yield parent
        yield from (os.path.join(parent, name) for name in files)
