"""Provider schema: what resources are made of must be what the AWS provider knows."""

from xyztf.rules.rule import Rule
from xyztf.rules.schema.arguments import (
    DeprecatedArgument,
    MissingArgument,
    ReadOnlyArgument,
    UnknownArgument,
    UnknownType,
)

RULES: tuple[type[Rule], ...] = (UnknownType, UnknownArgument, MissingArgument, ReadOnlyArgument, DeprecatedArgument)
