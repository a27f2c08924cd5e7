"""Regions and accounts: a stack is where its folder says, and an environment in one account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import ClassVar

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.values import Value
from xyztf.rules.consistency.arns import ARN, found, stack_texts
from xyztf.rules.consistency.created import accounts, created, environments, providers, region_of
from xyztf.rules.consistency.named import STACK
from xyztf.rules.rule import Context, Rule, Stack


class OtherRegion(Rule):
    """A stack whose provider, or a module, is for another region than the stack."""

    id = "XYZ921"
    title = "Not the stack's region"
    why = "It would be created where nobody looks for it, beside what belongs there."
    source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference"
    context: ClassVar[Context | None] = Context(date(2026, 11, 28), "prod", True, "eu-west-1")
    bad = (
        STACK.replace('"eu-west-1"', '"eu-west-2" # here')
        + 'module "network" {\n  source = "./network"\n  region = "eu-west-2" # here\n}\n'
    )
    good = STACK + 'module "network" {\n  source = "./network"\n  region = "eu-west-1"\n}\n'
    files: ClassVar[Mapping[str, str]] = {"network/main.tf": 'variable "region" {\n  type = string\n}\n'}

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        wanted, root = stack.context.region, stack.configuration.root
        if wanted is None or stack.context.environment is None:
            return
        places = [each for each in providers(stack) if "alias" not in each.block.body.attributes]
        for declared in (*places, *root.module.calls.values()):
            attribute = declared.block.body.attributes.get("region")
            region = root.evaluate(attribute.value) if attribute else None
            if isinstance(region, str) and region != wanted:
                message = f"{declared.block.address} is for {region}, its stack for {wanted}"
                yield self.finding(declared.at("region"), message, f'write "{wanted}"')

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for name, group in environments(stacks):
            own = {account for stack in group for account in accounts(stack)}
            regions = {region for stack in group for region in (region_of(stack), stack.context.region)}
            several = any(len(providers(stack)) > 1 for stack in group)
            if name is None or several or None in regions:
                continue
            for stack in group:
                told = set()
                for text, place, address in stack_texts(stack):
                    for service, region, account, _ in ARN.findall(text):
                        known = not re.fullmatch(r"[a-z]{2}(?:-[a-z]+)+-\d", region) or region in regions
                        if account in own and not known and service not in ANYWHERE and (service, region) not in told:
                            told.add((service, region))
                            message = f"no stack of {name} is in {region}"
                            finding = self.finding(
                                place, message, near(region, regions), address=address, severity=Severity.WARNING
                            )
                            yield replace(finding, stack=stack.configuration.folder or ".")


ANYWHERE = frozenset({"acm", "cloudfront", "wafv2", "ecr"})
"""Services whose things are often in a region of their own."""


def near(region: str, regions: set[str | None]) -> str | None:
    """What to write instead of a region."""
    close = get_close_matches(region, sorted(filter(None, regions)), 1)
    return f"did you mean {close[0]}?" if close else None


class OtherAccount(Rule):
    """An account id that is not the environment's."""

    id = "XYZ922"
    title = "Another account than the environment's"
    why = "A role of another account is trusted, or nothing can be reached: one digit is enough."
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"
    context: ClassVar[Context | None] = Context(date(2026, 11, 28), "prod", True, "eu-west-1")
    bad = (
        STACK
        + """\
resource "aws_iam_role" "this" {
  name               = "shop-prod"
  assume_role_policy = "{}"
}

resource "aws_lambda_function" "this" {
  function_name = "shop-prod"
  role          = "arn:aws:iam::111122223334:role/shop-prod" # here
}

data "aws_iam_policy_document" "this" {
  statement { # here
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["444455556666"]
    }
  }
}
"""
    )
    good = bad.replace("111122223334", "111122223333").replace("444455556666", "111122223333")

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        for name, group in environments(stacks):
            allowed = Counter(account for stack in group for account in accounts(stack))
            if name is None or not allowed:
                continue
            account, most = allowed.most_common(1)[0]
            for stack in group:
                own = accounts(stack)
                if own and most > allowed[min(own)] and account not in own:
                    message = f"{min(own)} is another account than that of the other stacks of {name}, {account}"
                    yield self._at(stack, message, account)
            if len(allowed) == 1:
                yield from self._named(group, account)

    def _at(self, stack: Stack, message: str, account: str) -> Finding:
        declared = next(each for each in providers(stack) if "allowed_account_ids" in each.block.body.attributes)
        finding = self.finding(declared.at("allowed_account_ids"), message, f"did you mean {account}?")
        return replace(finding, stack=stack.configuration.folder or ".")

    def _named(self, group: Sequence[Stack], account: str) -> Iterator[Finding]:
        own = [each for stack in group for each in created(stack) if "*" not in each.name]
        for stack in group:
            folder = stack.configuration.folder or "."
            for each in found(stack):
                arn = each.arn
                # What another account has under another name may well be meant.
                if (
                    arn.account != account
                    and not _is_near(arn.account, account)
                    and any(one.is_named_by(arn) for one in own)
                ):
                    message = f"the {arn.kind} {arn.name} is created in {account}, not in {arn.account}"
                    finding = self.finding(each.place, message, f"did you mean {account}?", address=each.address)
                    yield replace(finding, stack=folder)
            told: set[str] = set()
            for text, place, address in stack_texts(stack):
                for given in set(ACCOUNT.findall(text)) - told:
                    if _is_near(given, account):
                        told.add(given)
                        message = f"{given} is nearly the environment's account, {account}"
                        finding = self.finding(place, message, f"did you mean {account}?", address=address)
                        yield replace(finding, stack=folder)
            for resource in stack.configuration.resources:
                for argument, value in resource.values.items():
                    for given in set(_source_accounts(value)) - told:
                        if given != account:
                            message = f"aws:SourceAccount is {given}, the environment's account {account}"
                            hint = f"did you mean {account}?"
                            place = resource.at(argument)
                            yield replace(self.finding(place, message, hint, address=resource.address), stack=folder)


def _is_near(given: str, account: str) -> bool:
    """Whether a text is an account id with a slip: one digit wrong, or two that changed places."""
    return 0 < sum(one != other for one, other in zip(given, account, strict=False)) <= 2


ACCOUNT = re.compile(r"(?<![\w.-])\d{12}(?![\w.-])")


def _source_accounts(value: Value) -> Iterator[str]:
    """The accounts on whose behalf a service may act, in the conditions of a policy document."""
    if isinstance(value, list):
        for each in value:
            yield from _source_accounts(each)
    elif isinstance(value, dict):
        given = value.get("values")
        if value.get("variable") == "aws:SourceAccount" and isinstance(given, list):
            yield from (each for each in given if isinstance(each, str))
        for each in value.values():
            yield from _source_accounts(each)
