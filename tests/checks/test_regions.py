"""Regions that are of no use, and one mistake in a region's name told once."""

from __future__ import annotations

import pytest


def test_a_region_with_nothing_in_it(found):
    [fault] = found({"regions/eu-west-1": {"cidr": "10.9.0.0/16"}, "cache/regions": ["us-east-1"], "modules": {}})
    assert fault.path == ("regions", "eu-west-1")
    assert fault.key
    assert fault.message == "nothing is defined in eu-west-1"
    assert "database.replicas" in fault.hint


def test_a_primary_region_with_nothing_in_it(found, gone):
    [fault] = found(
        {"database": gone, "streams": gone, "tables": gone, "modules": gone, "cache/regions": ["us-west-2"]}
    )
    assert fault.path == ("regions", "us-east-1")
    assert "database, cache, streams or tables" in fault.hint


@pytest.mark.parametrize(
    "use", [{}, {"cache/regions": ["eu-west-1"]}, {"database/replicas/eu-west-1": {}}, {"modules/audit": {}}]
)
def test_a_region_with_a_cache_a_replica_or_a_module_is_of_use(found, use):
    assert found({"regions/eu-west-1": {"cidr": "10.9.0.0/16"}, **use}) == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"primary_region": "us-esat-1"}, ("primary_region",)),
        ({"database/replicas": {"us-wset-2": {}}, "cache": None, "modules": {}}, ("database", "replicas", "us-wset-2")),
        (
            {"regions": {"us-esat-1": {"cidr": "10.0.0.0/16"}, "us-west-2": {"cidr": "10.1.0.0/16"}}},
            ("regions", "us-esat-1"),
        ),
    ],
)
def test_a_misspelt_region_is_told_once_where_it_is_misspelt(found, changes, path):
    [fault] = found(changes)
    assert fault.path == path
    assert "did you mean us-" in fault.hint
