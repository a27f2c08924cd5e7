"""What a template is given. docs/templates.md tells the same to people who write templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xyztf.environment.model import Environment
from xyztf.facts import elasticache, rds
from xyztf.facts.alarms import dashboard
from xyztf.render.literal import Code
from xyztf.render.templates import Templates, label
from xyztf.stacks.addresses import addresses, has_public_subnets, interface_endpoints
from xyztf.stacks.alarms import alarms, slow_queries
from xyztf.stacks.arns import Arns
from xyztf.stacks.caches import cache_node_ids, cache_version
from xyztf.stacks.names import Names
from xyztf.stacks.parameters import cache_parameters, database_parameters
from xyztf.stacks.stack import ModuleCall, Stack, modules
from xyztf.stacks.things import names_of


def environment_context(env: Environment) -> dict[str, Any]:
    """What every template of an environment knows."""
    return {
        "env": env,
        "names": Names.of(env),
        "arns": Arns.of(env),
        "rds": rds,
        "elasticache": elasticache,
        "has_public_subnets": has_public_subnets(env),
        "alarms": lambda kind: alarms(env, kind),
        "slow_queries": _bound(slow_queries, env),
        "watched": lambda kind, region=None: names_of(env, kind, region),
        "widgets": dashboard(),
        "database_parameters": _bound(database_parameters, env),
        "cache_parameters": _bound(cache_parameters, env),
        "cache_version": _bound(cache_version, env),
    }


def module_context(env: Environment, call: ModuleCall) -> dict[str, Any]:
    """For the files of a module: also `module`, the call, with the inputs that the environment gives it."""
    return environment_context(env) | {"module": call}


def stack_context(env: Environment, stack: Stack, templates: Templates) -> dict[str, Any]:
    """For the files of a stack: also `stack`, its `region`, that region's addresses, and the parts that modules bring.

    `parts("_call.tf.j2")` gives the templates of that name of the stack's modules, in their order; a module of the
    project's own that brings no `_call.tf.j2` gets the general one.
    """
    calls = stack.modules or tuple(modules(env))

    def parts(name: str) -> list[tuple[str, ModuleCall]]:
        found = []
        for call in calls:
            own = f"modules/{call.name}/{name}"
            if templates.has(own):
                found.append((own, call))
            elif call.project and name == "_call.tf.j2":
                found.append(("stacks/_project_module.tf.j2", call))
        return found

    return environment_context(env) | {
        "stack": stack,
        "region": stack.region,
        "addresses": addresses(env, stack.region),
        "interface_endpoints": interface_endpoints(env, stack.region),
        "cache_node_ids": cache_node_ids(env),
        "calls": {call.name for call in stack.modules},
        "parts": parts,
        "connection": _connection,
    }


def _connection(text: str) -> Code:
    """`module.output` as the environment writes it, as an expression. The model has checked its form."""
    module, output = text.split(".")
    return Code(f"module.{label(module)}.{output}")


def _bound(function: Callable[[Environment], Any], env: Environment) -> Callable[[], Any]:
    return lambda: function(env)
