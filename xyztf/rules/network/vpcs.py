"""VPCs: whose they are, and whether anyone can tell later what went on in them."""

from __future__ import annotations

from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.rules.network.addresses import GOOD
from xyztf.rules.network.following import certain, follow, itself
from xyztf.rules.rule import Rule, Stack


class DefaultVpc(Rule):
    """Use of the VPC that AWS makes in each region."""

    id = "XYZ641"
    title = "The default VPC is used"
    why = "All its subnets are public, and its addresses are those of every other default VPC, in every account."
    source = "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html"
    severity = Severity.WARNING
    bad = """\
resource "aws_default_vpc" "this" { # here
}

data "aws_vpc" "default" {
  default = true # here
}
"""
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        hint = "make a VPC of your own, or name the one that is meant"
        for resource in stack.configuration.of_type("aws_default_vpc", "aws_default_subnet"):
            # Terraform takes a default VPC over, among other things to close or delete it.
            if resource.values.get("force_destroy") is not True:
                message = f"{resource.type} takes what AWS made into use"
                yield self.finding(resource.at(), message, hint, address=resource.address)
        for resource in stack.configuration.resources:
            if resource.mode == "data" and resource.type == "aws_vpc" and resource.values.get("default") is True:
                message = "the default VPC is looked up"
                yield self.finding(resource.at("default"), message, hint, address=resource.address)


class NoFlowLogs(Rule):
    """A VPC whose traffic nothing records."""

    id = "XYZ642"
    title = "A VPC without flow logs"
    why = "After an incident nobody can tell who spoke with the database, nor why a connection was refused."
    source = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
    severity = Severity.NOTE
    bad = 'resource "aws_vpc" "this" { # here\n  cidr_block = "10.0.0.0/16"\n}\n'
    good = GOOD

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        logs = [follow(each, "vpc_id") for each in stack.configuration.of_type("aws_flow_log")]
        logged = [target for each in logs for target in each.targets]
        # One that logs an unknown VPC may log this one.
        if any(not each.complete for each in logs):
            return
        for vpc in stack.configuration.of_type("aws_vpc"):
            own = itself(vpc)
            if certain(vpc) and not any(target.meets(own) for target in logged):
                hint = "add an aws_flow_log with this vpc_id"
                yield self.finding(vpc.at(), "no aws_flow_log records its traffic", hint, address=vpc.address)
