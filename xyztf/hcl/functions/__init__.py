"""Terraform's functions, as far as a text alone tells their results. Held against `terraform console` by the tests.

A function takes values and gives one, or UNKNOWN where the result hangs on something unknown within; it raises
FunctionError or ConversionError where Terraform would refuse.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from xyztf.hcl.functions import collections, encoding, network, strings
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.values import Value

NAMES = frozenset(
    (
        "abs",
        "abspath",
        "alltrue",
        "anytrue",
        "base64decode",
        "base64encode",
        "base64gzip",
        "base64sha256",
        "base64sha512",
        "basename",
        "bcrypt",
        "can",
        "ceil",
        "chomp",
        "chunklist",
        "cidrhost",
        "cidrnetmask",
        "cidrsubnet",
        "cidrsubnets",
        "coalesce",
        "coalescelist",
        "compact",
        "concat",
        "contains",
        "csvdecode",
        "dirname",
        "distinct",
        "element",
        "endswith",
        "ephemeralasnull",
        "file",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "fileexists",
        "filemd5",
        "fileset",
        "filesha1",
        "filesha256",
        "filesha512",
        "flatten",
        "floor",
        "format",
        "formatdate",
        "formatlist",
        "indent",
        "index",
        "issensitive",
        "join",
        "jsondecode",
        "jsonencode",
        "keys",
        "length",
        "log",
        "lookup",
        "lower",
        "matchkeys",
        "max",
        "md5",
        "merge",
        "min",
        "nonsensitive",
        "one",
        "parseint",
        "pathexpand",
        "plantimestamp",
        "pow",
        "range",
        "regex",
        "regexall",
        "replace",
        "reverse",
        "rsadecrypt",
        "sensitive",
        "setintersection",
        "setproduct",
        "setsubtract",
        "setunion",
        "sha1",
        "sha256",
        "sha512",
        "signum",
        "slice",
        "sort",
        "split",
        "startswith",
        "strcontains",
        "strrev",
        "substr",
        "sum",
        "templatefile",
        "templatestring",
        "textdecodebase64",
        "textencodebase64",
        "timeadd",
        "timecmp",
        "timestamp",
        "title",
        "tobool",
        "tolist",
        "tomap",
        "tonumber",
        "toset",
        "tostring",
        "transpose",
        "trim",
        "trimprefix",
        "trimspace",
        "trimsuffix",
        "try",
        "upper",
        "urlencode",
        "uuid",
        "uuidv5",
        "values",
        "yamldecode",
        "yamlencode",
        "zipmap",
    )
)
"""Every function of Terraform 1.11.4 (`terraform metadata functions -json`), also those not evaluated here."""

Function = Callable[..., Value]


def _counted(name: str, function: Function) -> Function:
    """The function, which refuses too few and too many arguments as Terraform does."""
    signature = inspect.signature(function)

    def checked(*arguments: Value) -> Value:
        try:
            signature.bind(*arguments)
        except TypeError:
            raise FunctionError(f"{name} takes another number of arguments") from None
        return function(*arguments)

    return checked


FUNCTIONS: Mapping[str, Function] = {
    name: _counted(name, function)
    for table in (collections.TABLE, strings.TABLE, encoding.TABLE, network.TABLE)
    for name, function in table.items()
}
