"""What AWS refuses of a replication group and moto takes. The words are AWS's where they are known.

Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html, the messages
in https://github.com/hashicorp/terraform-provider-aws/issues/27116 and .../24244 and in
https://github.com/aws-cloudformation/aws-cloudformation-templates/issues/487, and `xyztf.facts.elasticache`.
"""

from __future__ import annotations

from typing import Any

from moto.elasticache.exceptions import InvalidParameterCombinationException, InvalidParameterValueException

from xyztf.facts import elasticache
from xyztf.sandbox.patches.elasticache import parameter_groups, users


def engine_version(engine: str, version: str) -> None:
    """Refuse a version that cannot be created."""
    refusal = elasticache.why_not(engine, version)
    if refusal:
        raise InvalidParameterCombinationException(
            f"Cannot find version {version} for {engine} ({refusal.reason}: {refusal.way_out})"
        )


def parameter_group(backend: Any, name: str, engine: str, version: str) -> None:
    """Refuse a parameter group that does not exist, or is of another family."""
    if parameter_groups.is_default(name):
        return
    family = parameter_groups.find(backend, name).cache_parameter_group_family
    expected = elasticache.family(engine, version)
    if family != expected:
        raise InvalidParameterCombinationException(
            f"Expected a parameter group of family {expected} but found one of family {family}"
        )


def nodes(*, cluster_mode: bool, shards: int, replicas: int, failover: bool, multi_az: bool) -> None:
    """Refuse failover where there is nothing to fail over to, cluster mode without it, and shards without that."""
    if shards > 1 and not cluster_mode:
        raise InvalidParameterCombinationException("More than one shard needs cluster mode.")
    if cluster_mode and not failover:
        raise InvalidParameterValueException(
            "Redis with cluster mode enabled cannot be created with auto failover turned off."
        )
    if failover and not cluster_mode and replicas + 1 < elasticache.nodes_for_failover():
        raise InvalidParameterCombinationException(
            "When using automatic failover, there must be at least 2 cache clusters in the replication group."
        )
    if multi_az and (not failover or not replicas):
        raise InvalidParameterCombinationException(
            "Multi-AZ needs automatic failover and at least one replica in each shard."
        )


def user_groups(backend: Any, names: list[str], *, encrypted: bool) -> None:
    """Refuse user groups that do not exist, and any without TLS."""
    for name in names:
        users.find(backend, name)
    if names and not encrypted:
        raise InvalidParameterCombinationException(
            "User group based access control requires encryption-in-transit to be enabled on the replication group."
        )
