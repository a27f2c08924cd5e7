"""The modules of these tests are found beside them; the edits of rendered HCL are those of the mutations."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "rules" / "mutations"))
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")
