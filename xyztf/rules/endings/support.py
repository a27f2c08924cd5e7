"""Extended support: what RDS enrols a database in when nobody says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.rules.rule import Rule, Stack

ENGINES = frozenset({"mysql", "postgres", "aurora-mysql", "aurora-postgresql"})
"""Engines that have extended support."""
PART_OF = {
    "aws_db_instance": ("replicate_source_db",),
    "aws_rds_cluster": ("replication_source_identifier", "global_cluster_identifier"),
    "aws_rds_global_cluster": ("source_db_cluster_identifier",),
}
"""What makes a database part of another, or come from it: the other decides."""
GOOD = """\
resource "aws_db_instance" "this" {
  identifier               = "shop"
  engine                   = "mysql"
  engine_version           = "8.4.11"
  engine_lifecycle_support = "open-source-rds-extended-support-disabled"
  instance_class           = "db.m8g.large"
}
"""


class ExtendedSupportByDefault(Rule):
    """A database whose engine has extended support, and that does not say whether it wants it."""

    id = "XYZ805"
    title = "Extended support is left to its default"
    why = "The default enrols: after the end of standard support each vCPU is billed by the hour, until the upgrade."
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-creating-db-instance.html"
    severity = Severity.WARNING
    bad = GOOD.replace('"aws_db_instance" "this" {', '"aws_db_instance" "this" { # here').replace(
        '  engine_lifecycle_support = "open-source-rds-extended-support-disabled"\n', ""
    )
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for database in stack.configuration.of_type(*PART_OF):
            values = database.values
            engine = values.get("engine")
            if (
                not isinstance(engine, str)
                or engine not in ENGINES
                or values.get("engine_lifecycle_support") is not None
            ):
                continue
            if any(values.get(name) is not None for name in PART_OF[database.type]):
                continue
            message = f"{engine} will be enrolled in extended support, and billed for it when its version has ended"
            hint = 'set engine_lifecycle_support = "open-source-rds-extended-support-disabled", or without -disabled'
            yield self.finding(database.at("engine_lifecycle_support"), message, hint, address=database.address)
