"""Values that expressions have, as Python's own: None, bool, int, float, str, list, dict, and `Set` and `UNKNOWN`.

What cannot be known from the text alone (what AWS numbers, a variable without a value) is UNKNOWN, also within a list
or a dict; never a guess.
"""

from __future__ import annotations

from typing import Any, Final


class Unknown:
    """The type of UNKNOWN."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: object) -> Unknown:
        return self

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Set(list[Any]):
    """A set of Terraform's: without duplicates and, where its elements are texts or numbers, sorted."""

    __slots__ = ()


class Partial(dict[str, Any]):
    """An object with more attributes than are known: what a resource is configured with. Any other is UNKNOWN."""

    __slots__ = ()


Value = Any
"""None, bool, int, float, str, list, dict, Set, Partial or UNKNOWN, nested. A whole number is an int."""


def is_known(value: Value) -> bool:
    """Whether nothing in the value is unknown, however deep."""
    if value is UNKNOWN or isinstance(value, Partial):
        return False
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    if isinstance(value, list):
        return all(map(is_known, value))
    return True
