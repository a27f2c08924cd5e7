"""The rules of operation: each by its examples, and what they must not say."""

from __future__ import annotations

import pytest

from tests.rules.test_examples import marked
from xyztf.rules.operation import RULES
from xyztf.rules.operation.alarms import PROVIDER, QUEUES, alarm, queue, queue_alarm
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


def found(stacks_of, text: str, *ids: str, context=None, **files: str) -> list[str]:
    named = {f"{name}/main.tf": each for name, each in files.items()}
    rules = [rule for rule in ALL if not ids or rule.id in ids]
    return [each.message for each in run(rules, stacks_of({**named, "main.tf": text}, context))]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_bad_example(rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    findings = run([rule], stacks_of(files, rule.context))
    assert {(each.location.file, each.location.line) for each in findings} == marked(files), [*map(str, findings)]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_good_example(rule, stacks_of):
    files = {name: text.replace(" # here", "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run([rule], stacks_of(files, rule.context)) == []
