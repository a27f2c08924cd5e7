"""The line of what a check looked at, within the block that it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xyztf.hcl.syntax import Block, Body, Call, Expression, File, Literal, ObjectOf, TupleOf

OPEN = ("*", "0.0.0.0/0", "::/0")
"""Values that let everyone in: of several lines that a check looked at, the one that has such a value is meant."""

_INDEX = re.compile(r"\[(\d+|\*)\]|(\d+|\*)")


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies at the end of a path: its line, its value, and how many names of the path led there."""

    line: int
    value: Body | Expression
    names: int


def line_of(file: File, first: int, keys: Iterable[str]) -> int | None:
    """The line of an argument of the block that begins at line `first`; None where it has none of them.

    `keys` are paths as checkov has them: "ingress/[1]/cidr_blocks", "policy/Statement/[0]/Action". An index that is *
    stands for each of the blocks but those of policies that deny. What a path leads to counts more than how far it
    leads.
    """
    block = next((each for each in file.body.blocks if each.line == first), None)
    if block is None:
        return None
    best: tuple[tuple[bool, bool, int], int] | None = None
    for key in keys:
        steps = _steps(key)
        wanted = sum(isinstance(step, str) for step in steps)
        for found in _follow(_Found(0, block.body, 0), steps):
            whole = found.names == wanted
            rank = (whole, whole and _is_open(found.value), found.names)
            if found.names and (best is None or rank > best[0]):
                best = rank, found.line
    return best[1] if best else None


def _steps(key: str) -> list[str | int]:
    """Names and indexes; -1 is any index. A filter ("Statement[?(...") ends the path."""
    steps: list[str | int] = []
    for part in key.split("/"):
        if index := _INDEX.fullmatch(part):
            number = index[1] or index[2]
            steps.append(-1 if number == "*" else int(number))
        elif part:
            name, bracket, _ = part.partition("[")
            steps.append(name)
            if bracket:
                break
    return steps


def _follow(at: _Found, steps: list[str | int]) -> Iterator[_Found]:
    """The ends of a path: where it leads, or as far as it goes."""
    if not steps:
        yield at
        return
    step, *others = steps
    value = _decoded(at.value)
    if isinstance(step, int):
        # Of a list of texts the line is the argument's; what is no list has no index, as checkov wraps it into one.
        is_list = isinstance(value, TupleOf) and any(isinstance(other, str) for other in others)
        ends = [_Found(item.line, item, at.names) for item in value.items] if isinstance(value, TupleOf) else []
        chosen = _chosen(ends, step) if is_list else [at]
    else:
        ends = [_Found(line, inner, at.names + 1) for line, inner in _named(value, step)]
        of_blocks = bool(ends) and isinstance(ends[0].value, Body) and bool(others) and isinstance(others[0], int)
        chosen = _chosen(ends, others.pop(0)) if of_blocks else ends[:1]
    if not chosen:
        yield at
    for end in chosen:
        yield from _follow(end, others)


def _chosen(ends: list[_Found], index: str | int) -> list[_Found]:
    """The one of that index, or the first; all that allow something for -1."""
    if index == -1:
        return [end for end in ends if not _denies(end.value)]
    return ends[int(index) :][:1] or ends[:1]


def _named(value: Body | Expression, name: str) -> Iterator[tuple[int, Body | Expression]]:
    """What a body or an object has of that name, with its lines; of a list, what its only element has."""
    if isinstance(value, Body):
        if name in value.attributes:
            yield value.attributes[name].line, value.attributes[name].value
        yield from ((each.line, _content(each)) for each in value.blocks if name in (each.type, *each.labels))
    elif isinstance(value, ObjectOf):
        yield from ((key.line, given) for key, given in value.items if isinstance(key, Literal) and key.value == name)
    elif isinstance(value, TupleOf) and len(value.items) == 1:
        yield from _named(value.items[0], name)


def _content(block: Block) -> Body:
    """A block's body; of a dynamic one, that of the blocks that it makes."""
    if block.type == "dynamic":
        return next((each.body for each in block.body.of_type("content")), block.body)
    return block.body


def _decoded(value: Body | Expression) -> Body | Expression:
    is_json = isinstance(value, Call) and value.name == "jsonencode" and len(value.arguments) == 1
    return value.arguments[0] if is_json and isinstance(value, Call) else value


def _denies(value: Body | Expression) -> bool:
    """Whether it is a policy's statement that takes rights away."""
    effects = _named(value, "effect" if isinstance(value, Body) else "Effect")
    return any(isinstance(effect, Literal) and effect.value == "Deny" for _, effect in effects)


def _is_open(value: Body | Expression) -> bool:
    items = value.items if isinstance(value, TupleOf) else (value,)
    return any(isinstance(item, Literal) and item.value in OPEN for item in items)
