"""A system with something of everything, and ways to change it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from xyztf.checks import faults
from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment

GONE = object()

SYSTEM: dict[str, Any] = {
    "name": "prod",
    "project": "xyz-corp",
    "account_id": "123456789012",
    "primary_region": "us-east-1",
    "regions": {"us-east-1": {"cidr": "10.0.0.0/16"}, "us-west-2": {"cidr": "10.1.0.0/16"}},
    "database": {"version": "8.4.10", "instance_class": "db.r7g.large", "replicas": {"us-west-2": {}}},
    "cache": {"engine": "redis", "version": "7.1", "node_type": "cache.t4g.small", "nodes": 2},
    "streams": {"events": {"processor": {"table": "analytics"}}},
    "tables": {
        "analytics": {
            "partition_key": {"name": "DeviceId"},
            "sort_key": {"name": "Timestamp", "type": "N"},
            "indexes": {"by-type": {"partition_key": {"name": "Type"}}},
            "stream": "NEW_AND_OLD_IMAGES",
            "processor": {"alerts": [{"attribute": "Temperature", "above": 90}]},
        }
    },
    "alarms": {"database-cpu": {"threshold": 80}},
    "notify": {"emails": ["team@example.com"]},
    "modules": {"audit": {"inputs": {"level": 1}, "connect": {"vpc_id": "vpc.vpc_id"}}},
}


def changed(changes: dict[str, Any]) -> Environment:
    """The system with `changes`: a path with slashes, and what stands there."""
    data = copy.deepcopy(SYSTEM)
    for path, value in changes.items():
        *way, last = path.split("/")
        place = data
        for step in way:
            place = place.setdefault(step, {})
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return Environment.model_validate(data)


@pytest.fixture
def system() -> Callable[[dict[str, Any]], Environment]:
    return changed


@pytest.fixture
def found() -> Callable[[dict[str, Any]], list[Fault]]:
    """What all checks find in the system with changes."""
    return lambda changes: faults(changed(changes))


@pytest.fixture
def gone() -> object:
    return GONE
