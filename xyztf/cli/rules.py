"""xyztf rules"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xyztf.cli.options import Format, FormatOption
from xyztf.errors import Problem, UsageError


def command(
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help="Explain this one.", show_default=False)] = None,
    output_format: FormatOption = Format.TEXT,
) -> int:
    """List the structural rules, or explain one: why it matters, its source, a bad and a good example."""
    from xyztf.cli.output import data
    from xyztf.rules.describe import as_data, explained, listed
    from xyztf.rules.registry import rules

    known = rules()
    if rule is not None and rule.upper() not in known:
        import difflib

        close = difflib.get_close_matches(rule.upper(), known, 1, 0.6)
        hint = f"did you mean {close[0]}? xyztf rules lists them" if close else "xyztf rules lists them"
        raise UsageError(Problem(f"there is no rule {rule}", hint=hint))
    chosen = [known[rule.upper()]] if rule is not None else list(known.values())
    if output_format is Format.JSON:
        data(json.dumps([as_data(each) for each in chosen], indent=2))
    elif rule is not None:
        data(explained(chosen[0]))
    else:
        data("\n".join(listed()))
    return 0
