"""Names that may be there once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from xyztf.findings.finding import Finding
from xyztf.rules.consistency.created import Created, accounts, created, provider_of, providers
from xyztf.rules.consistency.named import STACK
from xyztf.rules.operation.watched import is_uncertain
from xyztf.rules.rule import Rule, Stack

TRIED = re.compile(r"(?:^|/)(?:examples?|tests?|fixtures)(?:/|$)")
"""Folders whose stacks are tried one at a time."""
QUEUE = STACK + 'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n}\n'


class CreatedTwice(Rule):
    """Two resources with the same name where AWS has room for one."""

    id = "XYZ911"
    title = "A name that is taken"
    why = "The second apply fails, or takes over what belongs to the other stack."
    source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
    bad = QUEUE + '\nresource "aws_sqs_queue" "again" {\n  name = "orders" # here\n}\n'
    good = QUEUE.replace("eu-west-1", "eu-central-1")
    files: ClassVar[Mapping[str, str]] = {"other/main.tf": QUEUE.replace("orders", "mails")}

    def project(self, stacks: Sequence[Stack]) -> Iterator[Finding]:
        """See `Rule`."""
        taken: dict[tuple[str, ...], Created] = {}
        for stack in stacks:
            if not providers(stack):
                continue
            for each in created(stack):
                if "*" in each.name or each.region is None or is_uncertain(each.resource):
                    continue
                if each.resource.instance.exists is None:
                    continue
                for key in _rooms(each):
                    first = taken.setdefault(key, each)
                    if first is not each and not _is_tried_apart(first, each):
                        yield self._told(first, each)
                        break

    def _told(self, first: Created, each: Created) -> Finding:
        where = f" in {each.region}" if each.region else ""
        folder = first.stack.configuration.folder or "."
        by = f"{first.resource.address} of {folder}" if first.stack is not each.stack else first.resource.address
        message = f"the {each.kind} {each.name}{where} is {by} already"
        place = each.resource.at(each.argument)
        finding = self.finding(place, message, "give one of them another name", address=each.resource.address)
        return replace(finding, stack=each.stack.configuration.folder or ".")


def _rooms(each: Created) -> list[tuple[str, ...]]:
    """Where a name is taken: in its account and region, a bucket's everywhere. A stack is always one such place."""
    context, own = each.stack.context, (each.kind, each.region or "", each.name)
    rooms: list[tuple[str, ...]] = [("stack", each.stack.configuration.folder, *own)]
    if each.kind == "bucket":
        return [*rooms, ("world", *own)]
    provider = provider_of(each.resource)
    if not each.region and provider != "aws":  # it may sign in to another account
        return [("stack", each.stack.configuration.folder, provider, *own)]
    rooms += [("account", account, *own) for account in sorted(accounts(each.stack))]
    return rooms if context.environment is None else [*rooms, ("environment", context.environment, *own)]


def _is_tried_apart(first: Created, each: Created) -> bool:
    folders = [one.stack.configuration.folder for one in (first, each)]
    return folders[0] != folders[1] and any(map(TRIED.search, folders))
