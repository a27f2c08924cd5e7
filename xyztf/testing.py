"""For your own tests: a rendered stack, or any root module, read again and evaluated.

    import xyztf.testing

    def test_the_database_is_not_public():
        stack = xyztf.testing.load("environments/prod/us-east-1")
        database = stack.resource("module.rds_primary.aws_db_instance.this")
        assert database["publicly_accessible"] is False

What a text alone does not tell (what AWS numbers) is `UNKNOWN`, which is equal to nothing but itself.

Rules of your own (docs/own-rules.md) are held against their examples:

    @pytest.mark.parametrize("rule", xyztf.testing.own_rules("rules"), ids=lambda rule: rule.id)
    def test_the_examples_of_our_rules(rule):
        xyztf.testing.check_rule(rule)
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from xyztf.errors import Location, Problem, UsageError, XyztfError
from xyztf.hcl.configuration import Configuration, configuration
from xyztf.hcl.resource import Resource
from xyztf.hcl.sources import Sources
from xyztf.hcl.values import UNKNOWN, Value
from xyztf.rules.examples import example_faults
from xyztf.rules.own import read_own
from xyztf.rules.rule import Rule

__all__ = ["UNKNOWN", "LoadedResource", "LoadedStack", "check_rule", "load", "own_rules"]


class LoadedResource(Mapping[str, Value]):
    """One resource's arguments and blocks by name; a block's value is a list, one dict for each time it is there."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    @property
    def address(self) -> str:
        """As Terraform writes it."""
        return self._resource.address

    @property
    def type(self) -> str:
        """Such as `aws_db_instance`."""
        return self._resource.type

    def place(self, *names: str) -> Location:
        """The file and line of the resource, or of one of its arguments or blocks."""
        return self._resource.at(*names)

    def __getitem__(self, name: str) -> Value:
        return self._resource.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._resource.values)

    def __len__(self) -> int:
        return len(self._resource.values)

    def __repr__(self) -> str:
        return f"<{self.address}>"


class LoadedStack:
    """A root module with all that it calls."""

    def __init__(self, read: Configuration) -> None:
        self._read = read
        self._resources = {each.address: LoadedResource(each) for each in read.resources}

    def resources(self, *types: str) -> list[LoadedResource]:
        """The resources of these types, of all modules; all, where no type is given. Data sources are among them."""
        return [each for each in self._resources.values() if not types or each.type in types]

    def resource(self, address: str) -> LoadedResource:
        """The resource of that address. Raises UsageError, which says what there is."""
        if address not in self._resources:
            near = difflib.get_close_matches(address, self._resources, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are {len(self._resources)} resources"
            raise UsageError(Problem(f"there is no {address}", Location(self._read.folder or "."), hint))
        return self._resources[address]

    def output(self, name: str) -> Value:
        """The value of an output of the root module. Raises UsageError where there is none."""
        known = self._read.root.module.outputs
        if name not in known:
            message = f"there is no output {name}"
            raise UsageError(Problem(message, Location(self._read.folder or "."), f"there are: {', '.join(known)}"))
        return self._read.root.output(name)


def load(folder: str | os.PathLike[str], variables: Mapping[str, Value] | None = None) -> LoadedStack:
    """The root module in `folder`, with values for its variables.

    Raises UsageError where there are no Terraform files, XyztfError with all that cannot be read.
    """
    path = Path(folder).resolve()
    base = next((each for each in path.parents if (each / ".git").exists() or (each / "modules").is_dir()), path)
    sources = Sources(base)
    own = path.relative_to(base).as_posix()
    own = "" if own == "." else own
    if not sources.names(own):
        raise UsageError(Problem("there are no Terraform files here", Location(str(folder))))
    read = configuration(sources, own, variables)
    unread = [problem for instance in read.instances for problem in instance.module.unread]
    if unread:
        raise XyztfError(*dict.fromkeys(unread))
    return LoadedStack(read)


def own_rules(folder: str | os.PathLike[str] = "rules") -> list[Rule]:
    """The rules in a folder, by id, loaded as `xyztf lint` loads them: its files are executed.

    Raises UsageError where there is no rule, XyztfError with all that is wrong in them.
    """
    found = read_own(Path(folder))
    if not found.rules:
        raise UsageError(Problem("there are no rules in this folder", Location(str(folder)), "see docs/own-rules.md"))
    return list(found.rules)


def check_rule(rule: Rule | type[Rule]) -> None:
    """Hold a rule's examples against it: it finds what `bad` marks with `# here`, nothing else, and nothing in `good`.

    Raises AssertionError with all that is not so, and whatever the rule raises.
    """
    made = rule() if isinstance(rule, type) else rule
    found = list(example_faults(made))
    if found:
        raise AssertionError("\n".join((f"{made.id}, {made.title}:", *found)))
