"""xyztf rules"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from xyztf.cli.lint import NoOwnRulesOption, RulesOption, own_rules
from xyztf.cli.options import HERE, ProjectOption, check_format
from xyztf.errors import Problem, UsageError

FORMATS = ("text", "json", "markdown")


def command(
    rule: Annotated[str | None, typer.Argument(metavar="[ID]", help="Explain this one.", show_default=False)] = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    rules: RulesOption = None,
    no_own_rules: NoOwnRulesOption = False,
    project: ProjectOption = HERE,
) -> int:
    """List the structural rules, or explain one: why it matters, its source, a bad and a good example."""
    check_format(output_format, FORMATS)
    from xyztf.cli.output import data
    from xyztf.rules.describe import as_data, described, explained, listed, page, section

    families = described(own_rules(project, [], rules, no_own_rules).rules)
    known = {each.id: (each, family) for family, members in families.items() for each in members}
    if rule is not None and rule.upper() not in known:
        import difflib

        close = difflib.get_close_matches(rule.upper(), known, 1, 0.6)
        hint = f"did you mean {close[0]}? xyztf rules lists them" if close else "xyztf rules lists them"
        raise UsageError(Problem(f"there is no rule {rule}", hint=hint))
    chosen = [known[rule.upper()]] if rule is not None else list(known.values())
    if output_format == "json":
        data(json.dumps([as_data(*each) for each in chosen], indent=2))
    elif output_format == "markdown":
        data(page(families) if rule is None else section(chosen[0][0]))
    else:
        data("\n".join(listed(families)) if rule is None else explained(chosen[0][0]))
    return 0
