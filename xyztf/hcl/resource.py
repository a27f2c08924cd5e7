"""One resource as it is configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from xyztf.errors import Location
from xyztf.hcl.evaluate import Local
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Declared
from xyztf.hcl.syntax import Body
from xyztf.hcl.values import Value


@dataclass(frozen=True)
class Resource:
    """One resource, data source or ephemeral resource of a configuration. `key` is that of `for_each` or `count`."""

    instance: Instance
    declared: Declared
    key: str | int | None
    local: Local = field(repr=False)

    @property
    def mode(self) -> str:
        """`resource`, `data` or `ephemeral`."""
        return self.declared.block.type

    @property
    def type(self) -> str:
        """Such as `aws_vpc`."""
        return self.declared.block.labels[0]

    @property
    def name(self) -> str:
        """Its name in its module."""
        return self.declared.block.labels[1]

    @property
    def address(self) -> str:
        """As Terraform writes it, such as `module.vpc.aws_subnet.database["us-east-1a"]`."""
        own = f"{self.type}.{self.name}" if self.mode == "resource" else f"{self.mode}.{self.type}.{self.name}"
        if isinstance(self.key, str):
            own += f'["{self.key}"]'
        elif self.key is not None:
            own += f"[{self.key}]"
        return f"{self.instance.address}.{own}" if self.instance.address else own

    @cached_property
    def values(self) -> dict[str, Value]:
        """What it is configured with, by argument and block. What is not there is not in it."""
        return self.instance.body(self.declared.block.body, self.local)

    @property
    def body(self) -> Body:
        """Its text."""
        return self.declared.block.body

    def at(self, *names: str) -> Location:
        """The place of one of its arguments or blocks, or its own."""
        return self.declared.at(*names)
