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
    "sqs",
)
"""The services with patches, by the names of their modules here."""


def install() -> None:
    """Install all patches into the moto of this process."""
    for service in PATCHES:
        import_module(f"{__name__}.{service}").install()


def replace(owner: type, name: str, make: Callable[[Any], Any]) -> None:
    """Replace a method of a class of moto's by what `make` gives for the original, and no more than once.

    For a property it is the function behind it. What is inherited is replaced for `owner` alone.
    """
    original = getattr(owner, name)
    function = original.fget if isinstance(original, property) else original
    if getattr(function, "replaces", None) == (owner, name):
        return
    replacement = make(function)
    replacement.replaces = (owner, name)
    setattr(owner, name, property(replacement) if isinstance(original, property) else replacement)


def add(owner: type, *methods: Callable[..., Any]) -> None:
    """Give a class of moto's methods that it lacks. What it has by itself, it keeps: upstream has caught up."""
    for method in methods:
        if not hasattr(owner, method.__name__):
            setattr(owner, method.__name__, method)
