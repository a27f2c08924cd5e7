"""Faults put into the rendered stacks, one at a time: the rules find every one.

Each mutant is linted with the other stacks of its environment, and must show a finding that is not there without it,
of a rule that it is for. Operators for families of rules that do not exist yet wait for them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mutation_operators import OPERATORS, Operator
from mutation_places import Place

from xyztf.findings.finding import Finding
from xyztf.hcl.configuration import configuration
from xyztf.hcl.sources import Sources
from xyztf.project import Project
from xyztf.rules.registry import rules
from xyztf.rules.rule import Context, Stack
from xyztf.rules.run import FAILED, UNREADABLE, run
from xyztf.stacks.stack import stacks

REPOSITORY = Path(__file__).parents[3]
TODAY = date(2026, 11, 28)
MOST = 600


@dataclass(frozen=True)
class Mutant:
    """One file, spoilt in one place."""

    operator: Operator
    environment: str
    name: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.operator.name}: {self.name}:{self.line}, expected {' or '.join(self.operator.expected)}"


class Environment:
    """The stacks of an environment, and what is found in them as they are."""

    def __init__(self, name: str) -> None:
        self.name = name
        environment = Project.at(REPOSITORY).load(name).environment
        self.contexts = {
            f"environments/{name}/{stack.name}": Context(TODAY, name, environment.protected, stack.region)
            for stack in stacks(environment)
        }
        self.sources = Sources(REPOSITORY)
        self.before = self.found(self.sources)

    def found(self, sources: Sources) -> Counter[tuple[str, str, str]]:
        """How many findings there are of a rule with a message in a file: lines move."""
        read = [Stack(configuration(sources, folder), context) for folder, context in self.contexts.items()]
        return Counter(map(_key, run(list(rules().values()), read)))

    def places(self) -> Iterator[Place]:
        """Every file of the stacks and of the modules that they call."""
        read = [configuration(self.sources, folder) for folder in self.contexts]
        for folder in sorted({folder for each in read for folder in each.folders()}):
            for file in self.sources.module(folder).files:
                yield Place(self.name, file, self.sources.text(file.path), self.sources)

    def new(self, mutant: Mutant) -> list[tuple[str, str, str]]:
        """What is found with the mutant and not without it."""
        return list(self.found(self.sources.changed({mutant.name: mutant.text})) - self.before)


def _key(finding: Finding) -> tuple[str, str, str]:
    return (finding.rule, finding.location.file, finding.message)


def is_there(operator: Operator, known: set[str]) -> bool:
    """Whether there is a rule, or a family, for each of those that may tell."""
    return all(any(name.startswith(each) for name in known) for each in operator.expected)


def mutants(environment: Environment, operators: list[Operator]) -> dict[str, list[Mutant]]:
    """All that can be made, by operator."""
    places = list(environment.places())
    return {
        operator.name: [
            Mutant(operator, environment.name, place.file.path, line, text)
            for place in places
            for line, text in operator.mutate(place)
        ]
        for operator in operators
        if operator.environments is None or environment.name in operator.environments
    }


def some(made: list[Mutant], limit: int) -> list[Mutant]:
    """As many as the limit, from all over."""
    return [made[at * len(made) // limit] for at in range(limit)] if len(made) > limit else made


def chosen(made: list[list[Mutant]]) -> list[Mutant]:
    """As many of each operator as go into MOST."""
    limit = 1
    while sum(min(limit + 1, len(each)) for each in made) <= MOST and limit < MOST:
        limit += 1
    return [mutant for each in made for mutant in some(each, limit)]


def test_every_fault_is_found(record_property):
    begun = time.monotonic()
    known = {*rules(), UNREADABLE}
    running = [operator for operator in OPERATORS if is_there(operator, known)]
    expected = {each for operator in OPERATORS for each in operator.expected}
    waiting = {each for each in expected if not any(name.startswith(each) for name in known)}
    environments = {name: Environment(name) for name in ("dev", "staging", "prod")}
    made = {name: mutants(each, running) for name, each in environments.items()}
    idle = [operator.name for operator in running if not any(each.get(operator.name) for each in made.values())]
    assert idle == [], "these have no place"

    survivors = []
    tried = chosen([each for one in made.values() for each in one.values()])
    for mutant in tried:
        new = environments[mutant.environment].new(mutant)
        assert not any(rule == FAILED for rule, _, _ in new), f"{mutant}: {new}"
        if not any(rule.startswith(mutant.operator.expected) for rule, _, _ in new):
            survivors.append(f"{mutant}; found {sorted({rule for rule, _, _ in new}) or 'nothing'}")
    found = len(tried) - len(survivors)
    record_property(
        "told",
        f"mutants: {len(tried)}, found: {found} ({100 * found // len(tried)} %), operators: {len(running)},"
        f" {time.monotonic() - begun:.0f} s",
    )
    assert not waiting, "there are no such rules"
    assert not survivors, "\n" + "\n".join(survivors)
    assert len(tried) >= MOST // 2


def test_nothing_is_found_where_nothing_is_spoilt():
    environment = Environment("dev")
    place = next(environment.places())
    operator = Operator("a comment", ("XYZ1",), lambda _: iter(()))
    mutant = Mutant(operator, "dev", place.file.path, 1, f"# A comment.\n{place.text}")
    assert environment.new(mutant) == []
