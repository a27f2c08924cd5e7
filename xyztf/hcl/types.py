"""Type constraints: what they are, how they are read, and how a value is made to fit one.

`parse` reads a variable's `type`, `convert` makes a value fit as Terraform does, `fits` says why one does not,
`describe` is Terraform's name for a type. Source: "Type Constraints" in Terraform's documentation, and go-cty.
"""

from __future__ import annotations

from xyztf.hcl.convert import ConversionError
from xyztf.hcl.type_constraints import TypeConstraintError, parse
from xyztf.hcl.type_conversion import convert, fits
from xyztf.hcl.type_model import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    AnyType,
    AttributeType,
    Collection,
    ObjectType,
    Primitive,
    TupleType,
    Type,
    describe,
)

__all__ = [
    "ANY",
    "BOOL",
    "NUMBER",
    "STRING",
    "AnyType",
    "AttributeType",
    "Collection",
    "ConversionError",
    "ObjectType",
    "Primitive",
    "TupleType",
    "Type",
    "TypeConstraintError",
    "convert",
    "describe",
    "fits",
    "parse",
]
