"""The functions of Terraform 1.11, in Python.

`FUNCTIONS` has each by its name: it takes values and returns one, UNKNOWN where the result hangs on something unknown,
and raises FunctionError where Terraform would refuse the call. An argument is never UNKNOWN itself, though it may hold
something that is. `NAMES` has all names there are, also those that only the evaluator can do (`LAZY`) and those that
read files (`READS_FILES`). Each has a second name, `core::upper` for `upper`, which is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xyztf.hcl.functions import (
    collections,
    conversions,
    dates,
    encoding,
    formats,
    hashes,
    maps,
    network,
    numbers,
    sets,
    strings,
    templates,
)
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import Function

__all__ = ["FUNCTIONS", "LAZY", "NAMES", "READS_FILES", "FunctionError"]

FUNCTIONS: Final[Mapping[str, Function]] = {
    **collections.FUNCTIONS,
    **conversions.FUNCTIONS,
    **dates.FUNCTIONS,
    **encoding.FUNCTIONS,
    **formats.FUNCTIONS,
    **hashes.FUNCTIONS,
    **maps.FUNCTIONS,
    **network.FUNCTIONS,
    **numbers.FUNCTIONS,
    **sets.FUNCTIONS,
    **strings.FUNCTIONS,
    **templates.FUNCTIONS,
}

READS_FILES: Final = frozenset(
    {
        "abspath",
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
        "pathexpand",
        "templatefile",
    }
)
"""Functions whose result hangs on the files, or on the folder, of the machine: not in FUNCTIONS."""

LAZY: Final = frozenset({"try", "can"})
"""Functions that look at how their arguments evaluate: the evaluator's, not in FUNCTIONS."""

NAMES: Final = frozenset(FUNCTIONS) | READS_FILES | LAZY
