"""Whether what is rendered of an environment is what it gives: asked before anything is planned.

Rendering loads Jinja and compiles every template, which takes longer than all else that xyztf adds to a plan. When
nothing was touched since no difference was found, it is not done (docs/decisions/0006-stamp.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xyztf.render import stamp

if TYPE_CHECKING:
    from xyztf.environment.model import Environment


def outdated(root: Path, environment: Environment) -> int:
    """How many files of the environment, loaded from the project at `root`, are not as rendered.

    Raises TemplateError and UnsafeWrite.
    """
    began = stamp.started()
    if stamp.answer(str(root), [environment.name]) is not None:
        return 0
    from xyztf.render.inputs import watched
    from xyztf.render.project import rendering

    result = rendering(root, [environment], whole=False)
    if not result.changes:
        stamp.remember(str(root), [environment.name], watched(root), as_rendered(len(result.wanted)), began)
    return len(result.changes)


def as_rendered(files: int) -> str:
    """The words for nothing to do."""
    return f"nothing to change: {files} files are as rendered"
