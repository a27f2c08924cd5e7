"""What one stack names must be what another creates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import ClassVar

from xyztf.findings.finding import Finding
from xyztf.rules.consistency.arns import Arn, arns, found
from xyztf.rules.consistency.created import Created, accounts, created, environments
from xyztf.rules.operation.watched import reads_nothing_else
from xyztf.rules.rule import Rule, Stack

STACK = 'provider "aws" {\n  region              = "eu-west-1"\n  allowed_account_ids = ["111122223333"]\n}\n\n'
ROLE = STACK + 'resource "aws_iam_role" "flow_logs" {\n  name = "shop-prod-flow-logs"\n}\n'
FLOW_LOG = (
    STACK
    + """\
resource "aws_flow_log" "this" {
  vpc_id       = aws_vpc.this.id
  iam_role_arn = "arn:aws:iam::111122223333:role/shop-prod-flow-logs"
}
"""
)


class NobodyCreatesIt(Rule):
    """An ARN of the environment's own account that no stack of the environment creates."""

    id = "XYZ901"
    title = "No stack creates what is named here"
    why = "The apply fails, or a policy allows what is not there and forbids what is."
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"
    bad = FLOW_LOG.replace('role/shop-prod-flow-logs"', 'role/shop-prod-flow-log" # here')
    good = FLOW_LOG
    files: ClassVar[Mapping[str, str]] = {"global/main.tf": ROLE}

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for _, group in environments(stacks):
            there = Environment(group)
            sources = {arn.text for stack in group for _, arn in _replicas(stack, there)}
            for stack in group:
                for each in found(stack):
                    if each.arn.text not in sources and (told := there.why_not(each.arn)):
                        yield replace(
                            self.finding(each.place, told[0], told[1], address=each.address),
                            stack=stack.configuration.folder or ".",
                        )


class ReplicaOfNothing(Rule):
    """A replica of a database that no stack creates."""

    id = "XYZ902"
    title = "A replica of nothing"
    why = "The apply fails in the region that should be there when the other one is not."
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html"
    bad = (
        STACK.replace("eu-west-1", "eu-central-1")
        + """\
resource "aws_db_instance" "replica" {
  identifier          = "shop-replica"
  instance_class      = "db.m7g.large"
  replicate_source_db = "arn:aws:rds:eu-west-1:111122223333:db:shop-primray" # here
}
"""
    )
    good = bad.replace("primray", "primary")
    files: ClassVar[Mapping[str, str]] = {
        "primary/main.tf": STACK + 'resource "aws_db_instance" "primary" {\n  identifier = "shop-primary"\n}\n'
    }

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for _, group in environments(stacks):
            there = Environment(group)
            for stack in group:
                for replica, arn in _replicas(stack, there):
                    if told := there.why_not(arn):
                        place = replica.resource.at("replicate_source_db")
                        finding = self.finding(place, told[0], told[1], address=replica.resource.address)
                        yield replace(finding, stack=stack.configuration.folder or ".")


def _replicas(stack: Stack, there: Environment) -> Iterator[tuple[Created, Arn]]:
    """The replicas of a stack, and what each replicates: within a region it is named without an ARN."""
    for each in there.created:
        if each.stack is stack and each.resource.type == "aws_db_instance":
            source = each.resource.values.get("replicate_source_db")
            if not isinstance(source, str) or not source:
                continue
            if source.startswith("arn:"):
                yield from ((each, arn) for arn in arns(source))
            elif each.region and there.account:
                text = f"arn:aws:rds:{each.region}:{there.account}:db:{source}"
                yield from ((each, arn) for arn in arns(text))


class Environment:
    """What the stacks of one environment create together."""

    def __init__(self, stacks: Sequence[Stack]) -> None:
        self.created = [each for stack in stacks for each in created(stack)]
        self.kinds = {each.kind for each in self.created}
        self.is_whole = all(
            stack.context.environment is not None and reads_nothing_else(stack.configuration) for stack in stacks
        )
        """Whether all that it creates is at hand: otherwise only what is nearly right is taken for wrong."""
        allowed = frozenset[str]().union(*map(accounts, stacks))
        self.account = next(iter(allowed)) if len(allowed) == 1 else None

    def why_not(self, arn: Arn) -> tuple[str, str] | None:
        """What is wrong with an ARN, and what to write; None where nothing is, or it cannot be known."""
        if arn.account != self.account or arn.kind not in self.kinds or arn.name == "*" or _is_by_aws(arn):
            return None
        same = [each for each in self.created if each.kind == arn.kind]
        if any(each.is_named_by(arn) for each in self._and_their_logs(arn, same)):
            return None
        elsewhere = sorted({each.region for each in same if each.name == arn.name and each.region})
        if elsewhere:
            message = f"{arn.kind} {arn.name} is created in {' and '.join(elsewhere)}, not in {arn.region}"
            return (message, f"did you mean {elsewhere[0]}?") if self.is_whole else None
        names = sorted({each.name for each in same if each.is_in(arn.region)})
        near = get_close_matches(arn.name, names, 1, 0.6 if self.is_whole else 0.9)
        if not near and not self.is_whole:
            return None
        where = f" in {arn.region}" if arn.region else ""
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names[:4])}" if names else "create it"
        return f"no stack creates the {arn.kind} {arn.name}{where}", hint

    def _and_their_logs(self, arn: Arn, same: list[Created]) -> Iterator[Created]:
        """With the log groups that AWS makes for functions and databases."""
        yield from same
        if arn.kind == "log group":
            for each in self.created:
                for kind, form in LOGS:
                    if each.kind == kind:
                        yield replace(each, kind="log group", name=form.format(each.name))


LOGS = (
    ("function", "/aws/lambda/{}"),
    ("DB instance", "/aws/rds/instance/{}/*"),
    ("DB cluster", "/aws/rds/cluster/{}/*"),
)


def _is_by_aws(arn: Arn) -> bool:
    """Whether AWS makes it by itself: RDS's group for the metrics of the operating system, its own aliases."""
    if arn.kind == "log group":
        return re.match(r"RDSOSMetrics$|/aws/(?!lambda/|rds/(?:instance|cluster)/|vpc/)", arn.name) is not None
    return arn.name.startswith(("alias/aws/", "rds!", "aws-"))
