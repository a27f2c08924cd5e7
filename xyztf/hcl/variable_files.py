"""`terraform.tfvars` and its like: values that a root module's folder has for its variables.

Source: Terraform's "Assign values to input variables", "Variable definition precedence".
"""

from __future__ import annotations

from collections.abc import Iterable

from xyztf.errors import Location, Problem, XyztfError
from xyztf.hcl.evaluate import evaluate
from xyztf.hcl.json_text import Array, Object, plain, read
from xyztf.hcl.parse import Unreadable
from xyztf.hcl.syntax import File, Step
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.hcl.walk import calls, traversals

STANDARD = ("terraform.tfvars", "terraform.tfvars.json")
ENDINGS = (*STANDARD, ".auto.tfvars", ".auto.tfvars.json")


def in_order(names: Iterable[str]) -> list[str]:
    """Of the names of a folder's files those that Terraform takes values from by itself, the strongest last."""
    found = {name: name.rpartition("/")[2] for name in names}
    standard = [name for end in STANDARD for name, own in found.items() if own == end]
    return standard + sorted(name for name, own in found.items() if own.endswith(ENDINGS[2:]) and name not in standard)


def values_of(file: File) -> dict[str, Value]:
    """The values that an HCL file gives. Raises Unreadable where it has more than constants."""
    for block in file.body.blocks:
        raise _unreadable(f"a block {block.type} cannot stand here", file, block.line, block.column)
    for attribute in file.body.repeated:
        raise _unreadable(f"{attribute.name} is there already", file, attribute.line, attribute.column)
    found = {}
    for name, attribute in file.body.attributes.items():
        for node in (*traversals(attribute.value), *calls(attribute.value)):
            raise _unreadable("only constants can stand here", file, node.line, node.column)
        found[name] = evaluate(attribute.value, _NO_NAMES)
    return found


def values_of_json(text: str, path: str) -> dict[str, Value]:
    """The values that a JSON file gives; its texts mean themselves. Raises UnreadableJson, Unreadable."""
    value = read(text.removeprefix("\ufeff"), path)
    bodies = value.items if isinstance(value, Array) else (value,)
    found: dict[str, Value] = {}
    for body in bodies:
        if not isinstance(body, Object):
            raise Unreadable(Problem("an object is wanted here", Location(path, body.line, body.column)))
        found |= plain(body)
    found.pop("//", None)
    return found


def _unreadable(message: str, file: File, line: int, column: int) -> XyztfError:
    hint = "a file of values has lines such as name = value"
    return Unreadable(Problem(message, Location(file.path, line, column), hint))


class _NoNames:
    def find(self, root: str, steps: tuple[Step, ...]) -> tuple[Value, tuple[Step, ...]]:
        """See `evaluate.Names`."""
        return UNKNOWN, ()


_NO_NAMES = _NoNames()
