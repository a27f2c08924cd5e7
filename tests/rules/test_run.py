"""Rules that fail while they run: a finding each, never an exception, and the other rules go on."""

from __future__ import annotations

import pytest

from tests.conftest import write
from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.rules.examples import stacks_in
from xyztf.rules.own import read_own
from xyztf.rules.registry import rules
from xyztf.rules.run import FAILED, failed_rules, run

TEXTS = {
    "main.tf": 'locals {\n  a = 1\n}\n\nmodule "m" {\n  source = "./m"\n}\n',
    "m/main.tf": "locals {\n  b = 1\n}\n",
}
UNUSED = rules()["XYZ122"]
RULE = """\
from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.rules.rule import Rule
from ._shared import deep


class Failing(Rule):
    id = "ACME001"
    title = "A title"
    why = "A reason."
    source = "a page"
    bad = "locals {{ # here\\n}}\\n"
    good = "locals {{\\n}}\\n"

    def {check}(self, given):
        {body}
"""


def failing(folder, body, check="stack"):
    write(folder, {"a.py": RULE.format(body=body, check=check), "_shared.py": "def deep():\n    return {}['x']\n"})
    return read_own(folder).rules[0]


@pytest.mark.parametrize("check", ["module", "stack", "project"])
def test_a_rule_that_raises_is_told_once_with_its_line_and_the_others_go_on(tmp_path, check):
    rule = failing(
        tmp_path, "yield self.finding(Location('main.tf', 1), 'found')\n        raise LookupError('no\\nway')", check
    )
    found = run([rule, UNUSED], stacks_in(TEXTS))
    [failed] = [each for each in found if each.rule == FAILED]
    assert (failed.location, failed.severity) == (Location(str(tmp_path / "a.py"), 17), Severity.ERROR)
    assert failed.message == "ACME001 failed: LookupError: no way"
    assert "--ignore ACME001" in failed.hint
    assert {each.location.file for each in found if each.rule == "XYZ122"} == {"main.tf", "m/main.tf"}
    assert [each.message for each in found if each.rule == "ACME001"] == ["found"], "what it found before"
    assert failed_rules(found) == {"ACME001"}


def test_the_innermost_line_of_the_projects_own_is_named(tmp_path):
    [failed] = run([failing(tmp_path, "yield deep()")], stacks_in(TEXTS))
    assert failed.location == Location(str(tmp_path / "_shared.py"), 2)
    [failed] = run([failing(tmp_path, "import json\n        yield json.loads('{')")], stacks_in(TEXTS))
    assert failed.location == Location(str(tmp_path / "a.py"), 17)


@pytest.mark.parametrize(
    "body",
    [
        "return None",
        "yield 'a text'",
        "yield self.finding(None, 'found')",
        "yield self.finding('main.tf', 'found')",
        "yield self.finding(Location('main.tf', 1), None)",
        "yield self.finding(Location('main.tf', 1), ['found'])",
        "yield self.finding(Location('main.tf', 1), 'found', hint=1)",
        "yield self.finding(Location('main.tf', 1), 'found', severity='error')",
        "yield Finding('XYZ104', Severity.ERROR, 'found', Location('main.tf', 1))",
        "import sys\n        sys.exit(0)",
        "self.stack(given)\n        return self.stack(given)",
    ],
)
def test_whatever_else_a_rule_gives_is_told_at_the_rule(tmp_path, body):
    [failed] = run([failing(tmp_path, body)], stacks_in(TEXTS))
    assert (failed.rule, failed.location.file) == (FAILED, str(tmp_path / "a.py"))
    assert failed.location.line in (7, 16, 17)


def test_ctrl_c_ends_the_run(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run([failing(tmp_path, "raise KeyboardInterrupt")], stacks_in(TEXTS))


def test_a_rule_of_ours_that_raises_is_a_bug_of_ours_that_names_where_it_was_seen(monkeypatch):
    monkeypatch.setattr("xyztf.rules.references.unused.used", lambda *_: 1 / 0)
    (failed,) = [each for each in run([UNUSED, rules()["XYZ101"]], stacks_in(TEXTS)) if each.rule == FAILED]
    assert failed.message.startswith("XYZ122 failed: ZeroDivisionError: division by zero (rules/references/unused.py:")
    assert failed.location == Location(".")
    assert "please report it" in failed.hint


def test_a_finding_stays_as_it_is(tmp_path):
    rule = failing(tmp_path, "yield self.finding(Location('main.tf', 1), 'found', severity=Severity.NOTE)")
    [found] = run([rule], stacks_in(TEXTS))
    assert found == Finding("ACME001", Severity.NOTE, "found", Location("main.tf", 1), "A title", source="a page")
