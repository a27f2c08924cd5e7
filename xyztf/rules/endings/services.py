"""Versions of other managed services at or near their end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from xyztf.facts.endings import Ending, dms_engine_ending, eks_ending, msk_ending, opensearch_ending
from xyztf.hcl.resource import Resource
from xyztf.rules.endings.ending import EndingRule
from xyztf.rules.endings.known import Told, told

ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "aws_dms_replication_instance": "engine_version",
        "aws_eks_cluster": "version",
        "aws_msk_cluster": "kafka_version",
        "aws_opensearch_domain": "engine_version",
    }
)
ENDINGS: Mapping[str, Callable[[str], Ending | None]] = MappingProxyType(
    {
        "aws_dms_replication_instance": dms_engine_ending,
        "aws_eks_cluster": eks_ending,
        "aws_msk_cluster": msk_ending,
        "aws_opensearch_domain": opensearch_ending,
    }
)
EXAMPLE = """\
resource "aws_msk_cluster" "this" {
  cluster_name           = "shop"
  kafka_version          = "3.9.x"
  number_of_broker_nodes = 3
}
"""


class ServiceVersionEnding(EndingRule):
    """A version of Kubernetes, Kafka, OpenSearch or DMS that is at its end, or near it."""

    id = "XYZ806"
    title = "A managed service's version at its end"
    why = "AWS upgrades it on a day of its own, or bills each hour for extended support."
    source = "https://docs.aws.amazon.com/msk/latest/developerguide/supported-kafka-versions.html"
    arguments = ARGUMENTS
    bad = EXAMPLE.replace('"3.9.x"', '"2.8.1" # here')
    good = EXAMPLE

    def end(self, resource: Resource, value: str, today: date) -> Told | None:
        """See `EndingRule`."""
        ending = ENDINGS[resource.type](value)
        return told(ending, today) if ending else None
