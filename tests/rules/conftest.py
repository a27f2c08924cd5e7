"""Stacks out of texts: `stack_of({"main.tf": ...})`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from xyztf.hcl.configuration import called_folder, configuration
from xyztf.hcl.sources import Sources
from xyztf.rules.rule import Context, Stack

TODAY = date(2026, 11, 28)


def read(folder: Path, files: Mapping[str, str], context: Context | None = None) -> list[Stack]:
    """The roots that these files make: every folder that no other calls."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    sources = Sources(folder)
    folders = sources.folders()
    called = {called_folder(each, call) for each in folders for call in sources.module(each).calls.values()}
    roots = [each for each in folders if each not in called]
    return [Stack(configuration(sources, each), context or Context(TODAY)) for each in roots]


@pytest.fixture
def stacks_of(tmp_path: Path) -> Callable[..., list[Stack]]:
    return lambda files, context=None: read(tmp_path, files, context)
