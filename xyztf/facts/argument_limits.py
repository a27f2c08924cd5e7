"""What AWS takes as the name that one argument of a resource gives, by Terraform's words."""

from __future__ import annotations

from xyztf.facts.names import Limit, limit
from xyztf.facts.tables import table


def limit_of(resource_type: str, argument: str) -> Limit | None:
    """The limit of an argument (`aws_db_instance`, `identifier`); None where it is no name, or its limit not known.

    Of a `name_prefix` nothing is known here: the provider makes it longer by itself.
    """
    kind = table("argument_names")["arguments"].get(f"{resource_type}.{argument}")
    return limit(kind) if kind else None
