"""Override files: what Terraform merges over the other files of a module.

Source: Terraform's "Override files", and its internal/configs/module_merge.go. An argument replaces the argument,
blocks of a type replace all blocks of that type, `dynamic` ones too; `lifecycle` is merged by argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from xyztf.hcl.syntax import Attribute, Block, Body, Literal

OVERRIDE = re.compile(r"(?:^|/|_)override\.tf(?:\.json)?$")


def is_override(path: str) -> bool:
    """Whether a file is one that is merged over the others."""
    return OVERRIDE.search(path) is not None


def merged(base: Block, over: Block, path: str) -> Block:
    """A block with what an override file `path` says of it. What comes from there knows so."""
    return replace(base, body=_merged(base.body, marked(over.body, path)))


def marked(body: Body, path: str) -> Body:
    """A body whose attributes and blocks know that they stand in the file `path`."""
    return Body(
        {name: replace(each, path=path) for name, each in body.attributes.items()},
        tuple(replace(each, path=path, body=marked(each.body, path)) for each in body.blocks),
        tuple(replace(each, path=path) for each in body.repeated),
    )


def without_settings(base: Block, over: Block) -> Block:
    """A `terraform` block without what that of an override file says instead."""
    attributes = {name: each for name, each in base.body.attributes.items() if name not in over.body.attributes}
    own = {block.type for block in over.body.blocks}
    hidden = {"backend", "cloud"} if own & {"backend", "cloud"} else set()
    required = {name for block in over.body.of_type("required_providers") for name in block.body.attributes}
    blocks = [_without(block, required) for block in base.body.blocks if block.type not in hidden]
    return replace(base, body=Body(attributes, tuple(blocks), base.body.repeated))


def same_provider(one: Block, other: Block) -> bool:
    """Whether two `provider` blocks configure the same."""
    return one.labels == other.labels and _alias(one) == _alias(other)


def _merged(base: Body, over: Body) -> Body:
    attributes: dict[str, Attribute] = {**base.attributes, **over.attributes}
    theirs = [block for block in over.blocks if block.type != "lifecycle"]
    hidden = {_kind(block) for block in theirs}
    kept = [block for block in base.blocks if _kind(block) not in hidden]
    for life in over.of_type("lifecycle"):
        at = next((at for at, block in enumerate(kept) if block.type == "lifecycle"), None)
        if at is None:
            kept.append(life)
        else:
            kept[at] = replace(kept[at], body=_merged(kept[at].body, life.body))
    return Body(attributes, (*kept, *theirs), (*base.repeated, *over.repeated))


def _kind(block: Block) -> str:
    """The type of the blocks that it is, or makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _without(block: Block, required: Iterable[str]) -> Block:
    if block.type != "required_providers":
        return block
    left = {name: each for name, each in block.body.attributes.items() if name not in required}
    return replace(block, body=replace(block.body, attributes=left))


def _alias(block: Block) -> object:
    attributes: Mapping[str, Attribute] = block.body.attributes
    value = attributes["alias"].value if "alias" in attributes else None
    return value.value if isinstance(value, Literal) else None
