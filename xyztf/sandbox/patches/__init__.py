"""What moto lacks for the provider to apply, plan empty, update and destroy, one module per AWS service.

Each module's docstring lists the gaps that it closes and how they show; its `install()` changes moto's classes, once,
however often it is called. What a patch stores lies on moto's backends, never in a module: a snapshot keeps those.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

PATCHES = (
    "awslambda",
    "budgets",
    "cloudwatch",
    "dynamodb",
    "ec2",
    "elasticache",
    "kinesis",
    "kms",
    "logs",
    "rds",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
)
"""The services with patches, by the names of their modules here."""


def install() -> None:
    """Install all patches into the moto of this process."""
    for service in PATCHES:
        import_module(f"{__name__}.{service}").install()


def replace(owner: type, name: str, make: Callable[[Any], Any]) -> None:
    """Replace the method `name` of a class of moto's by what `make` gives for the original, and no more than once.

    An inherited method is wrapped for `owner` alone.
    """
    original = getattr(owner, name)
    if getattr(original, "replaces", None) == (owner, name):
        return
    replacement = make(original)
    replacement.replaces = (owner, name)
    setattr(owner, name, replacement)


def add(owner: type, *methods: Callable[..., Any]) -> None:
    """Give a class of moto's methods that it lacks. What it has by itself, it keeps: upstream has caught up."""
    for method in methods:
        if not hasattr(owner, method.__name__):
            setattr(owner, method.__name__, method)
