"""Faults by region, doubts, and what is still found where parts of an environment cannot be read."""

from __future__ import annotations

import pytest

from xyztf.checks import doubts, faults
from xyztf.facts import elasticache, rds


def test_a_class_that_the_region_does_not_have(found, monkeypatch):
    monkeypatch.setattr(rds, "runs_on", lambda name, region=None: region != "us-west-2")
    [fault] = found({})
    assert fault.path == ("database", "replicas", "us-west-2")
    assert fault.message == "us-west-2 has no db.r7g.large for MySQL"


def test_a_node_type_that_a_region_does_not_have(found, monkeypatch):
    monkeypatch.setattr(elasticache, "runs_on", lambda name, region=None: region is None)
    [fault] = found({})
    assert fault.path == ("cache", "node_type")
    assert fault.message == "us-east-1, us-west-2 has no cache.t4g.small"


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        ({"database/parameters": {"max_conections": 5}}, "max_connections"),
        ({"cache/parameters": {"maxmemory-polcy": "x"}}, "maxmemory-policy"),
    ],
)
def test_a_parameter_that_looks_misspelt_is_a_doubt(system, found, changes, near):
    assert found(changes) == []
    [doubt] = doubts(system(changes))
    assert doubt.hint == f"did you mean {near}?"


def test_a_parameter_that_is_not_known_and_like_no_other_is_no_doubt(system):
    assert doubts(system({"database/parameters": {"something_new": 1, "max_connections": 1}})) == []


def test_checks_that_need_a_broken_part_are_left_out_and_the_others_run(system):
    env = system({"regions/us-west-2/cidr": "10.0.0.0/17", "cache/nodes": 1, "database/backup_retention_days": 0})
    assert len(faults(env)) == 3
    del env.__dict__["database"]
    assert {fault.path[0] for fault in faults(env, partial=True)} == {"regions", "cache"}
    with pytest.raises(AttributeError):
        faults(env)
