"""What a provider takes, block by block, and how the data file of it is read.

The file is one JSON object, written by `scripts/refresh_provider_schema.py`: a line that says what it is, then one
entry on each line, sorted, so that one is found by halving and nothing else is parsed. Equal blocks and object types
are written once, under a digest of what they say. Text, and neither SQLite nor zlib: those write other bytes from
version to version, and reviewers, Git and the wheel (which packs it to a fifth) do better with text. Measured: 2 ms to
open it and to read 40 types.

A block is written as its arguments, in groups of flags (see FLAGS), type and names; without a type they are strings:

    "oc id; r engine name; o:bool enabled; o:map tags; r:list(@abc123) rule"

`map`, `list`, `set` alone are those of strings; `@abc123` is the object of the line `type.abc123`. With blocks in it:

    {"=": "r name", "list 0 1": {"timeouts": "o create", "rule": "@abc123"}, "deprecated": true}

The keys are the arguments; the nesting, the least and the most number of items (0: no limit) of the blocks named there,
where `@abc123` is the block of the line `block.abc123`; and whether the provider warns of the block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

FLAGS = {"r": "required", "o": "optional", "c": "computed", "d": "deprecated", "s": "sensitive", "w": "write_only"}
NESTINGS = frozenset({"list", "set", "single", "map"})
COLLECTIONS = frozenset({"list", "set", "map"})

TerraformType = str | list[Any]
"""As in Terraform's JSON: "string", ["list", "string"], ["set", ["object", {"from_port": "number"}]]."""


@dataclass(frozen=True, slots=True)
class ArgumentSchema:
    """One attribute. `type` is shared by all callers: read it, do not change it."""

    name: str
    type: TerraformType
    required: bool
    optional: bool
    computed: bool
    deprecated: bool
    sensitive: bool
    write_only: bool

    @property
    def read_only(self) -> bool:
        """Whether only the provider sets it: a value for it in a configuration is an error."""
        return self.computed and not (self.optional or self.required)

    @property
    def as_block(self) -> bool:
        """Whether HCL may also write it as blocks of that name: a list or set of objects (`ingress`, `route`).

        Terraform takes either form, not both at once. As an attribute, each object must have all attributes. As blocks,
        Terraform lets any be left out; the provider may still want some, and the schema does not say which.
        Source: Terraform's internal/lang/blocktoattr, tried with `terraform validate`, and
        https://developer.hashicorp.com/terraform/language/attr-as-blocks
        """
        return self.type[0] in ("list", "set") and _is_object(self.type[1])

    @property
    def object_attributes(self) -> Mapping[str, TerraformType]:
        """The names and types of the attributes of its object or of its collection's objects; empty for other types."""
        inner = self.type
        while not isinstance(inner, str):
            outer, inner = inner
            if outer == "object":
                return dict(inner)
        return {}


@dataclass(frozen=True, slots=True)
class BlockSchema:
    """What may stand in a block, without Terraform's own part (`count`, `lifecycle`, `dynamic`)."""

    arguments: Mapping[str, ArgumentSchema]
    blocks: Mapping[str, NestedBlock]
    deprecated: bool


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A block within a block. `max_items` 0 is no limit; a `single` block may stand once."""

    schema: BlockSchema
    nesting: str
    min_items: int
    max_items: int

    @property
    def deprecated(self) -> bool:
        """Whether the provider warns of this block."""
        return self.schema.deprecated


class SchemaFile:
    """A data file, with its blocks on demand. Safe in threads: at worst two of them read the same line."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._start = content.index(b"\n") + 1
        self._blocks: dict[str, BlockSchema] = {}
        self._arguments: dict[tuple[str, str], ArgumentSchema] = {}
        self._types: dict[str, TerraformType] = {}

    def version(self) -> str:
        """The provider's version."""
        head = self._content[: self._start].rstrip(b",\n") + b"}"
        return str(json.loads(head)["version"])

    def names(self, kind: str) -> frozenset[str]:
        """The types of a kind: `resource`, `data`, `ephemeral`."""
        found = re.findall(rf'\n"{kind}\.(\w+)":'.encode(), self._content)
        return frozenset(name.decode() for name in found)

    def block(self, key: str) -> BlockSchema | None:
        """The block of a line such as `resource.aws_eip`. None where there is no such line."""
        block = self._blocks.get(key)
        if block is None:
            written = self._value(key)
            if written is None:
                return None
            block = self._blocks[key] = self._block(written)
        return block

    def _value(self, key: str) -> Any:
        """What stands on the line of that key. None where there is no such line."""
        content, wanted = self._content, f'"{key}":'.encode()
        low, high = self._start, len(content)
        while low < high:
            start = content.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = content.index(b"\n", start)
            found = content[start : start + len(wanted)]
            if found == wanted:
                return json.loads(content[start + len(wanted) : end].rstrip(b","))
            if found < wanted:
                low = end + 1
            else:
                high = start
        return None

    def _block(self, written: str | Mapping[str, Any]) -> BlockSchema:
        if isinstance(written, str):
            return BlockSchema(self._named(written), {}, False)
        blocks: dict[str, NestedBlock] = {}
        for key, value in written.items():
            if isinstance(value, dict):
                nesting, least, most = key.split()
                for name, inner in value.items():
                    blocks[name] = NestedBlock(self._inner(inner), nesting, int(least), int(most))
        return BlockSchema(self._named(written.get("=", "")), blocks, "deprecated" in written)

    def _inner(self, written: str | Mapping[str, Any]) -> BlockSchema:
        if not isinstance(written, str) or not written.startswith("@"):
            return self._block(written)
        block = self.block(f"block.{written[1:]}")
        assert block is not None, written
        return block

    def _named(self, written: str) -> dict[str, ArgumentSchema]:
        return {name: self._argument(name, key) for key, names in _groups(written) for name in names}

    def _argument(self, name: str, key: str) -> ArgumentSchema:
        """`tags` as `o:map` is in every other block: made once."""
        argument = self._arguments.get((name, key))
        if argument is None:
            flags, _, written = key.partition(":")
            argument = ArgumentSchema(name, self._type(written or "string"), *(flag in flags for flag in FLAGS))
            self._arguments[name, key] = argument
        return argument

    def _type(self, written: str) -> TerraformType:
        found = self._types.get(written)
        if found is None:
            found = self._types[written] = self._read_type(written)
        return found

    def _read_type(self, written: str) -> TerraformType:
        if written.startswith("@"):
            fields = _groups(self._value(f"type.{written[1:]}"))
            return ["object", {name: self._type(key) for key, names in fields for name in names}]
        outer, collection, inner = written.partition("(")
        if collection:
            return [outer, self._type(inner[:-1])]
        return [outer, "string"] if outer in COLLECTIONS else outer


def _groups(written: str) -> Iterator[tuple[str, list[str]]]:
    """Keys and the names under them."""
    for group in written.split("; ") if written else ():
        key, *names = group.split(" ")
        yield key, names


def _is_object(written: TerraformType) -> bool:
    return written[0] == "object"
