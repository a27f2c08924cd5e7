"""Families of instances that AWS has ended, or left behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from xyztf.hcl.resource import Resource
from xyztf.rules.endings.ending import EndingRule
from xyztf.rules.endings.engines import DATABASE
from xyztf.rules.endings.known import Told, instance

ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "aws_db_instance": "instance_class",
        "aws_docdb_cluster_instance": "instance_class",
        "aws_elasticache_cluster": "node_type",
        "aws_elasticache_replication_group": "node_type",
        "aws_instance": "instance_type",
        "aws_launch_configuration": "instance_type",
        "aws_launch_template": "instance_type",
        "aws_neptune_cluster_instance": "instance_class",
        "aws_rds_cluster": "db_cluster_instance_class",
        "aws_rds_cluster_instance": "instance_class",
        "aws_redshift_cluster": "node_type",
    }
)
OWN_SCHEDULE = frozenset({"aws_docdb_cluster_instance", "aws_neptune_cluster_instance", "aws_rds_cluster_instance"})
"""Aurora's, DocumentDB's and Neptune's classes have the names of those of RDS, and not their days."""


class InstanceFamilyEnding(EndingRule):
    """A family of instances that is at its end, or of a previous generation."""

    id = "XYZ804"
    title = "A family of instances at its end"
    why = "AWS makes no new one, so a restore or a failover to a new one fails; or moves it to another by itself."
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html"
    arguments = ARGUMENTS
    bad = DATABASE.replace('"db.m8g.large"', '"db.t2.medium" # here')
    good = DATABASE

    def end(self, resource: Resource, value: str, today: date) -> Told | None:
        """See `EndingRule`."""
        return instance(value, today, aurora=resource.type in OWN_SCHEDULE)
