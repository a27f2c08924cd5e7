"""A rendered module's inputs and outputs, for its README.

Reads what `layout` has laid out, where each block starts at the margin and each of its attributes two spaces in: no
parser needed, and none is loaded for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_BLOCK = re.compile(r'^(variable|output) "([^"]+)" \{(?:\}|\n(.*?)^\})', re.MULTILINE | re.DOTALL)
_ATTRIBUTE = re.compile(r"^  (description|type|default) *= (.*?)(?=^  [^\s)\]}]|\Z)", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"\Z')


@dataclass(frozen=True, slots=True)
class Input:
    """A variable of a module. `default` is HCL as it stands, None where the caller must give a value."""

    name: str
    type: str
    description: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """An output of a module."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Interface:
    """What a module takes and gives."""

    inputs: list[Input]
    outputs: list[Output]


def interface(files: Mapping[str, str]) -> Interface:
    """The interface of a module, from the text of its .tf files by name, in the order of the blocks."""
    inputs, outputs = [], []
    for file, text in files.items():
        if not file.removesuffix(".j2").endswith(".tf"):
            continue
        for kind, name, body in _BLOCK.findall(text):
            found = {key: " ".join(value.split()) for key, value in _ATTRIBUTE.findall(body)}
            description = _text(found.get("description", ""))
            if kind == "variable":
                inputs.append(Input(name, found.get("type", "any"), description, found.get("default")))
            else:
                outputs.append(Output(name, description))
    return Interface(inputs, outputs)


def _text(expression: str) -> str:
    """What a quoted string says; any other expression as it stands."""
    if not _QUOTED.match(expression):
        return expression
    try:
        text = json.loads(expression)
    except ValueError:  # HCL has an escape that JSON has not
        return expression[1:-1]
    return str(text).replace("$${", "${").replace("%%{", "%{")
