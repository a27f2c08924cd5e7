"""The parameter groups: what xyztf sets for security and insight, then what the environment asks for."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.environment.model import Environment
from xyztf.environment.model.parts import Scalar
from xyztf.facts import mysql

DATABASE_PARAMETERS: dict[str, Scalar] = {
    "require_secure_transport": 1,  # no connection without TLS; CKV2_AWS_69
    "slow_query_log": 1,
    "long_query_time": 1,  # seconds
    "log_output": "FILE",  # what RDS exports to CloudWatch
    "binlog_format": "ROW",  # the safe format for replicas
}
"""Set on every instance, replicas included: a replica without a group of its own takes AWS's defaults."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a parameter group. `apply_method` is RDS's: immediate, or pending-reboot."""

    name: str
    value: str
    apply_method: str = "immediate"


def database_parameters(env: Environment) -> list[Parameter]:
    """The database's parameters by name. Raises AssertionError for an environment without a database."""
    assert env.database is not None
    values = DATABASE_PARAMETERS | env.database.parameters
    return [Parameter(name, _text(values[name]), mysql.apply_method(name)) for name in sorted(values)]


def cache_parameters(env: Environment) -> list[Parameter]:
    """The cache's parameters by name. Raises AssertionError for an environment without a cache."""
    assert env.cache is not None
    values: dict[str, Scalar] = dict(env.cache.parameters)
    if env.cache.cluster_mode:
        values["cluster-enabled"] = "yes"
    return [Parameter(name, _text(values[name], "yes", "no")) for name in sorted(values)]


def _text(value: Scalar, true: str = "1", false: str = "0") -> str:
    """As the services' APIs take it: everything is a string."""
    if isinstance(value, bool):
        return true if value else false
    return str(value)
