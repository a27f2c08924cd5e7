"""Alerts: an item's number crosses a bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from changes import Change, Image, number


@dataclass(frozen=True)
class Rule:
    """A bound on a numeric attribute."""

    attribute: str
    kind: str
    """"above" or "below": the side of the bound that is alarming. The bound itself is not."""
    bound: Decimal

    def is_broken_by(self, image: Image) -> bool:
        """Tell whether the item is on the alarming side; one without the attribute is not."""
        value = number(image, self.attribute)
        if value is None:
            return False
        return value > self.bound if self.kind == "above" else value < self.bound


def crossed(rules: Iterable[Rule], change: Change) -> list[Rule]:
    """Return the rules that the item breaks after the change and did not break before it.

    An item that stays on the alarming side through several changes raises one alert; a removed item raises none.
    """
    return [rule for rule in rules if rule.is_broken_by(change.new) and not rule.is_broken_by(change.old)]
