"""What HCL's text says, as data: a body of attributes and blocks, and the expressions in them.

Every node knows its place, as an editor counts. Nothing here is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Scalar = str | int | float | bool | None


@dataclass(slots=True, frozen=True)
class Node:
    """Anything with a place in a file."""

    line: int
    column: int


@dataclass(slots=True, frozen=True)
class Literal(Node):
    """A constant: a text without interpolation, a number, true, false or null."""

    value: Scalar


@dataclass(slots=True, frozen=True)
class Template(Node):
    """A text with interpolations: literal parts are str."""

    parts: tuple[str | Expression, ...]


@dataclass(slots=True, frozen=True)
class TemplateIf(Node):
    """`%{ if condition }yes%{ else }no%{ endif }`, within a template."""

    condition: Expression
    yes: Template
    no: Template


@dataclass(slots=True, frozen=True)
class TemplateFor(Node):
    """`%{ for key, value in collection }body%{ endfor }`, within a template. `key` is "" where it is not named."""

    key: str
    value: str
    collection: Expression
    body: Template


@dataclass(slots=True, frozen=True)
class TupleOf(Node):
    """`[a, b]`"""

    items: tuple[Expression, ...]


@dataclass(slots=True, frozen=True)
class ObjectOf(Node):
    """`{ a = 1, (b) = 2 }`: pairs in the order written. A bare key is a Literal."""

    items: tuple[tuple[Expression, Expression], ...]


@dataclass(slots=True, frozen=True)
class Index:
    """`[key]` within a traversal."""

    key: Expression


@dataclass(slots=True, frozen=True)
class Splat:
    """`[*]` or `.*` within a traversal: `steps` apply to each element. `full` is `[*]`."""

    full: bool
    steps: tuple[Step, ...]


Step = str | Index | Splat
"""What follows the root of a traversal: `.name` is a str."""


@dataclass(slots=True, frozen=True)
class Traversal(Node):
    """`root.a[0].b`. The root is a name, or an expression that is not (`f(x).a`)."""

    root: str | Expression
    steps: tuple[Step, ...]


@dataclass(slots=True, frozen=True)
class Call(Node):
    """`name(a, b...)`: `expanded` when the last argument is. A provider's function is `provider::aws::name`."""

    name: str
    arguments: tuple[Expression, ...]
    expanded: bool


@dataclass(slots=True, frozen=True)
class Unary(Node):
    """`-a`, `!a`"""

    operator: str
    operand: Expression


@dataclass(slots=True, frozen=True)
class Binary(Node):
    """`a + b`, with the precedence of HCL."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, frozen=True)
class Conditional(Node):
    """`condition ? yes : no`"""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(slots=True, frozen=True)
class For(Node):
    """`[for value in collection : result if condition]`, or `{for key, value in collection : result_key => result...}`.

    `key` is "" where it is not named; `result_key` is None for a tuple; `grouped` is the `...`.
    """

    key: str
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouped: bool


Expression = (
    Literal
    | Template
    | TemplateIf
    | TemplateFor
    | TupleOf
    | ObjectOf
    | Traversal
    | Call
    | Unary
    | Binary
    | Conditional
    | For
)


@dataclass(slots=True, frozen=True)
class Attribute(Node):
    """`name = value`. `path` is its file, where an override file put it into a block of another; else ""."""

    name: str
    value: Expression
    end_line: int
    path: str = ""


@dataclass(slots=True, frozen=True)
class Block(Node):
    """`type "label" { ... }`. `path` is as that of an Attribute."""

    type: str
    labels: tuple[str, ...]
    body: Body
    end_line: int
    path: str = ""

    @property
    def address(self) -> str:
        """Such as `resource.aws_vpc.this`: what the block is called, not yet an address of Terraform's."""
        return ".".join((self.type, *self.labels))


@dataclass(slots=True, frozen=True)
class Body:
    """What stands between braces, or in a file. `repeated` are attributes whose name was there already."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    repeated: tuple[Attribute, ...] = ()

    def of_type(self, type_: str) -> Iterator[Block]:
        """The blocks of a type, in order."""
        return (block for block in self.blocks if block.type == type_)


@dataclass(slots=True, frozen=True)
class Comment:
    """One comment on a line, without its marker. `alone` when nothing else stands on the line."""

    line: int
    text: str
    alone: bool


@dataclass(slots=True, frozen=True)
class File:
    """One file. `path` is as a person should see it. `comments` are only those that name xyztf."""

    path: str
    body: Body
    comments: tuple[Comment, ...] = ()
