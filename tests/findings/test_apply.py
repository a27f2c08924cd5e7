"""Suppressions held against findings, and what is said of the suppressions themselves."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from xyztf.errors import Location
from xyztf.findings.apply import Applied, apply, review
from xyztf.findings.finding import Finding, Severity
from xyztf.findings.suppression import Suppression
from xyztf.findings.suppression_rules import RULES

TODAY = date(2026, 11, 20)
IDS = ("XYZ101", "XYZ512", "CKV_AWS_272")
SUPPRESSION = Suppression(
    ("XYZ512",),
    "a public demo, without data",
    "platform",
    date(2027, 3, 1),
    Location("main.tf", 7),
    "comment",
    lines=(8, 12),
)
FINDING = Finding("XYZ512", Severity.ERROR, "it is public", Location("main.tf", 9, 3))


def with_(**parts: object) -> Suppression:
    return dataclasses.replace(SUPPRESSION, **parts)  # type: ignore[arg-type]


def reviewed(*suppressions: Suppression, findings: tuple[Finding, ...] = (FINDING,), ran: bool = True) -> list[Finding]:
    applied = apply(findings, suppressions, TODAY)
    return review(suppressions, applied, TODAY, lambda rule, suppression: ran, IDS.__contains__, IDS)


def said(*suppressions: Suppression, **options: object) -> list[tuple[str, Severity, str]]:
    found = reviewed(*suppressions, **options)  # type: ignore[arg-type]
    for one in found:
        assert one.hint and one.title == RULES[one.rule].title
    return [(one.rule, one.severity, one.message) for one in found]


def test_what_is_covered_is_suppressed_and_the_rest_remains():
    other = dataclasses.replace(FINDING, location=Location("main.tf", 13))
    applied = apply([other, FINDING], [SUPPRESSION], TODAY)
    assert applied.remaining == (other,)
    assert [(one.finding, one.suppression) for one in applied.suppressed] == [(FINDING, SUPPRESSION)]
    assert said(SUPPRESSION) == []


def test_without_suppressions_all_remain():
    assert apply([FINDING], [], TODAY) == Applied((FINDING,), (), ())


def test_two_that_cover_the_same_are_both_used():
    in_file = with_(kind="file", place=Location("xyztf-suppressions.yaml", 1, 3), lines=None)
    assert apply([FINDING], [SUPPRESSION, in_file], TODAY).suppressed[0].suppression == SUPPRESSION
    assert said(SUPPRESSION, in_file) == []


# XYZ001


@pytest.mark.parametrize(
    "reason", ["todo", "n/a", "demo only", "TODO: fix this later", "to be done later", "x x x x x x", "todo todo todo"]
)
def test_a_reason_that_convinces_nobody_suppresses_nothing(reason: str):
    weak = with_(reason=reason)
    assert apply([FINDING], [weak], TODAY).remaining == (FINDING,)
    ((rule, severity, message),) = said(weak)
    assert (rule, severity) == ("XYZ001", Severity.ERROR)
    assert reason in message and message.endswith("XYZ512 is not suppressed")


@pytest.mark.parametrize(
    "reason", ["demo only!", "todo: the pipeline signs it from March on", "見本のためのデータベースです"]
)
def test_a_reason_that_says_something_does(reason: str):
    assert apply([FINDING], [with_(reason=reason)], TODAY).remaining == ()


@pytest.mark.parametrize(("days", "suppressed"), [(400, True), (401, False)])
def test_an_end_too_far_away_suppresses_nothing(days: int, suppressed: bool):
    far = with_(until=TODAY + timedelta(days))
    assert bool(apply([FINDING], [far], TODAY).suppressed) is suppressed
    assert [rule for rule, _, _ in said(far)] == ([] if suppressed else ["XYZ001"])


@pytest.mark.parametrize("rule", sorted(RULES))
def test_what_is_said_of_suppressions_cannot_be_suppressed(rule: str):
    own = Finding(rule, Severity.ERROR, "m", Location("main.tf", 9))
    attempt = with_(rules=(rule,))
    assert apply([own], [attempt], TODAY).remaining == (own,)
    ((found, _, message),) = said(attempt, findings=(own,))
    assert found == "XYZ001"
    assert message.startswith(f"{rule} cannot be suppressed")


# XYZ002


def test_an_expired_one_suppresses_nothing_and_says_since_when():
    expired = with_(until=date(2026, 11, 1))
    assert apply([FINDING], [expired], TODAY).remaining == (FINDING,)
    message = "the suppression of XYZ512 ended on 2026-11-01, 19 days ago"
    assert said(expired) == [("XYZ002", Severity.WARNING, message)]
    assert "ask platform" in (reviewed(expired)[0].hint or "")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-1, "ended on 2026-11-19, 1 day ago"),
        (0, "ends today, on 2026-11-20"),
        (1, "ends in 1 day, on 2026-11-21"),
        (30, "ends in 30 days, on 2026-12-20"),
        (31, None),
    ],
)
def test_the_last_day_counts_and_the_thirty_before_it_are_a_note(days: int, told: str | None):
    ending = with_(until=TODAY + timedelta(days))
    assert bool(apply([FINDING], [ending], TODAY).suppressed) is (days >= 0)
    severity = Severity.NOTE if days >= 0 else Severity.WARNING
    assert said(ending) == ([("XYZ002", severity, f"the suppression of XYZ512 {told}")] if told else [])


# XYZ003


def test_an_unused_one_is_told_where_its_rule_was_run():
    assert said(SUPPRESSION, findings=()) == [("XYZ003", Severity.WARNING, "there is no XYZ512 here to suppress")]
    assert said(SUPPRESSION, findings=(), ran=False) == []


def test_each_rule_of_a_suppression_has_to_be_used():
    both = with_(rules=("XYZ101", "XYZ512"))
    assert said(both) == [("XYZ003", Severity.WARNING, "there is no XYZ101 here to suppress")]


def test_the_caller_is_asked_about_the_rule_and_the_suppression():
    asked = []

    def ran(rule: str, suppression: Suppression) -> bool:
        asked.append((rule, suppression))
        return False

    review([SUPPRESSION], apply([], [SUPPRESSION], TODAY), TODAY, ran, IDS.__contains__)
    assert asked == [("XYZ512", SUPPRESSION)]


def test_one_above_nothing_is_unused_whatever_was_run():
    message = "the suppression of XYZ512 covers nothing: no block or attribute begins below it"
    assert said(with_(lines=None), ran=False) == [("XYZ003", Severity.WARNING, message)]


@pytest.mark.parametrize("broken", [{"until": date(2026, 1, 1)}, {"reason": "todo"}])
def test_one_that_is_not_valid_is_not_called_unused_as_well(broken: dict[str, object]):
    assert "XYZ003" not in [rule for rule, _, _ in said(with_(**broken), findings=())]


# XYZ004


def test_a_rule_that_does_not_exist_is_told_with_what_was_meant():
    (found,) = reviewed(with_(rules=("CKV_AWS_27",)), findings=())
    assert (found.rule, found.severity, found.location) == ("XYZ004", Severity.ERROR, Location("main.tf", 7))
    assert found.message == "there is no rule CKV_AWS_27"
    assert found.hint == "did you mean CKV_AWS_272?"
    (far,) = reviewed(with_(rules=("QQQ9",)), findings=())
    assert far.hint == "write the id that the finding shows in brackets"


def test_the_rules_about_suppressions_explain_themselves():
    assert sorted(RULES) == ["XYZ001", "XYZ002", "XYZ003", "XYZ004"]
    for id_, rule in RULES.items():
        assert rule.id == id_
        assert rule.title and len(rule.why) > 80 and rule.source == "docs/suppressions.md"
