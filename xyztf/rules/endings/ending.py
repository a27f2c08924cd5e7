"""What the rules about endings have in common: something that an argument of a resource names ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import ClassVar

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.rules.endings.known import Told
from xyztf.rules.rule import Context, Rule, Stack

TODAY = Context(date(2026, 11, 28))
"""The day of the examples."""


class EndingRule(Rule):
    """Something that ends, by an argument of a resource. The source of a finding is that of its date."""

    severity = Severity.WARNING
    context = TODAY
    arguments: ClassVar[Mapping[str, str]]
    """The argument that names what ends, by type of resource."""

    def end(self, resource: Resource, value: str, today: date) -> Told | None:
        """What a finding says of the argument's value; None where nothing near is known."""
        raise NotImplementedError

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        today = stack.context.today
        for resource in stack.configuration.of_type(*self.arguments):
            argument = self.arguments[resource.type]
            value = text(resource, argument)
            told = self.end(resource, value, today) if value else None
            if told:
                place, address = resource.at(argument), resource.address
                found = self.finding(place, told.message, told.hint, address=address, severity=told.severity)
                yield replace(found, source=told.source)


def text(resource: Resource, name: str) -> str | None:
    """An argument's value; None where it is not a text, or not known."""
    value = resource.values.get(name)
    return value if isinstance(value, str) else None
