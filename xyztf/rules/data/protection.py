"""Against deletion, and against the loss of a zone."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.module import constant
from xyztf.hcl.resource import Resource
from xyztf.hcl.values import UNKNOWN
from xyztf.rules.data.backups import CLUSTERS
from xyztf.rules.data.encryption import AWS_DOCS
from xyztf.rules.data.examples import CACHE, DATABASE, KEY, PROTECTED, STREAM, TABLE, changed
from xyztf.rules.data.settings import by_protection, databases, is_off, is_on, is_replica, number, setting
from xyztf.rules.rule import Rule, Stack

LASTING = (
    "aws_db_instance",
    *CLUSTERS,
    "aws_redshift_cluster",
    "aws_dynamodb_table",
    "aws_elasticache_replication_group",
    "aws_kms_key",
    "aws_kinesis_stream",
)
"""What cannot be had back once it is destroyed."""


class Deletable(Rule):
    """A data store that anybody with the rights can delete at once."""

    id = "XYZ531"
    title = "No protection against deletion"
    why = "One call, from a console or a script, and the data is gone; the protection makes it two."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"
    bad = changed(DATABASE, "deletion_protection", "deletion_protection = false") + changed(
        TABLE, "deletion_protection_enabled", marked='resource "aws_dynamodb_table"'
    )
    good = DATABASE + TABLE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        severity = by_protection(stack.context, Severity.ERROR, Severity.NOTE)
        if severity is None:
            return
        for resource in (*databases(stack), *stack.configuration.of_type(*CLUSTERS, "aws_dynamodb_table")):
            table = resource.type == "aws_dynamodb_table"
            name = "deletion_protection_enabled" if table else "deletion_protection"
            value = setting(resource, name)
            if value is not UNKNOWN and is_off(value):
                place = resource.at(name)
                message = f"{name} is {'not set' if value is None else 'false'}"
                yield self.finding(place, message, f"set {name} = true", address=resource.address, severity=severity)


class Destroyable(Rule):
    """What lasts, in a protected environment, without `prevent_destroy`."""

    id = "XYZ532"
    title = "Terraform may destroy it"
    why = (
        "A plan that replaces it, or a destroy by mistake, takes the data with it. prevent_destroy stops such a plan, "
        "as long as the resource stands in the configuration."
    )
    source = "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy"
    bad = changed(KEY, "prevent_destroy", "  prevent_destroy = false") + STREAM.replace(
        "\n\n  lifecycle {\n    prevent_destroy = true\n  }", ""
    ).replace('"this" {', '"this" { # here')
    good = KEY + STREAM
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        if not stack.context.protected:
            return
        for resource in stack.configuration.of_type(*LASTING):
            if not any(constant(block.body, "prevent_destroy") is True for block in resource.body.of_type("lifecycle")):
                place = resource.at("lifecycle", "prevent_destroy")
                hint = "lifecycle { prevent_destroy = true }"
                yield self.finding(place, "nothing stops a destroy", hint, address=resource.address)


class OneZone(Rule):
    """A database or cache of a protected environment that is in one zone."""

    id = "XYZ533"
    title = "In one availability zone only"
    why = "When the zone fails it is down until the zone is back, or until somebody restores it elsewhere."
    source = f"{AWS_DOCS}/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html"
    severity = Severity.WARNING
    bad = changed(DATABASE, "multi_az", "multi_az = false") + changed(
        CACHE, "multi_az_enabled", marked='resource "aws_elasticache_replication_group"'
    )
    good = DATABASE + CACHE + KEY
    context = PROTECTED

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        if not stack.context.protected:
            return
        stores = [(each, "multi_az") for each in databases(stack) if not is_replica(each)]
        caches = stack.configuration.of_type("aws_elasticache_replication_group")
        for resource, name in (*stores, *((each, "multi_az_enabled") for each in caches)):
            value = setting(resource, name)
            if value is not UNKNOWN and is_off(value):
                message = f"{name} is {'not set' if value is None else 'false'}"
                yield self.finding(resource.at(name), message, f"set {name} = true", address=resource.address)


class NothingToFailOverTo(Rule):
    """A cache that is to fail over, without another node."""

    id = "XYZ534"
    title = "A cache that cannot fail over"
    why = "ElastiCache refuses to make it: failover needs a replica, and Multi-AZ needs failover."
    source = f"{AWS_DOCS}/AmazonElastiCache/latest/dg/AutoFailover.html"
    bad = changed(CACHE, "num_cache_clusters", "num_cache_clusters = 1")
    good = CACHE + KEY

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for resource in stack.configuration.of_type("aws_elasticache_replication_group"):
            failover = setting(resource, "automatic_failover_enabled")
            several = setting(resource, "multi_az_enabled")
            if is_on(several) and failover is not UNKNOWN and is_off(failover):
                place = resource.at("multi_az_enabled")
                hint = "set automatic_failover_enabled = true"
                message = "multi_az_enabled without automatic_failover_enabled"
                yield self.finding(place, message, hint, address=resource.address)
            found = _too_few(resource)
            if found and (is_on(failover) or (is_on(several) and found[0] == "replicas_per_node_group")):
                name, message, hint = found
                if name == "replicas_per_node_group" and not is_on(several):
                    continue  # shards without replicas are allowed; failover is on in cluster mode always
                yield self.finding(resource.at(name), message, hint, address=resource.address)


def _too_few(resource: Resource) -> tuple[str, str, str] | None:
    """The argument, message and hint, when a group plainly has one node, or shards without a replica."""
    shards, nodes = setting(resource, "num_node_groups"), setting(resource, "num_cache_clusters")
    names = ("node_group_configuration", "preferred_cache_cluster_azs", "global_replication_group_id")
    if any(setting(resource, name) is not None for name in names):
        return None
    if shards is None and setting(resource, "replicas_per_node_group") is None:
        if nodes is None or number(nodes) == 1:
            told = "one node" if nodes is not None else "one node, as num_cache_clusters is not set"
            return "num_cache_clusters", f"failover with {told}", "set num_cache_clusters = 2 or more"
        return None
    replicas = setting(resource, "replicas_per_node_group")
    if nodes is None and (replicas is None or number(replicas) == 0):
        message = "Multi-AZ with shards that have no replica"
        return "replicas_per_node_group", message, "set replicas_per_node_group = 1 or more"
    return None
