"""Parameters whose names look misspelt. The lists of those that are known may lack new ones: a doubt, no fault."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from xyztf.checks.fault import Fault
from xyztf.environment.model import Environment
from xyztf.facts import mysql, redis

VERY_NEAR = 0.9


def likely_parameters(env: Environment) -> Iterator[Fault]:
    """A name that is not known, and very near to one that is. AWS would refuse it only when it is applied."""
    for part, settings, known in (("database", env.database, mysql.known()), ("cache", env.cache, redis.known())):
        for name in settings.parameters if settings else ():
            near = difflib.get_close_matches(name, known, n=1, cutoff=VERY_NEAR)
            if name not in known and near:
                path = (part, "parameters", name)
                yield Fault(path, f"xyztf does not know the parameter {name}", f"did you mean {near[0]}?", key=True)
