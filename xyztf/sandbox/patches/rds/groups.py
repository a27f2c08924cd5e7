"""Parameter, option and subnet groups, and event subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBParameterGroupNotFoundError, InvalidParameterCombination
from moto.rds.models import DBParameterGroup, RDSBackend
from moto.rds.responses import RDSResponse

from xyztf.facts.tables import table
from xyztf.sandbox.patches import add, replace
from xyztf.sandbox.patches.rds import refusals

MOTO_KNOWS = "8.0"
"""A major version of MySQL that moto takes for an option group."""

Method = Callable[..., Any]


def install() -> None:
    """Change moto's groups and subscriptions, once."""
    replace(DBParameterGroup, "update_parameters", _update_parameters)
    replace(RDSBackend, "create_option_group", _create_option_group)
    replace(RDSBackend, "modify_db_subnet_group", _modify_subnet_group)
    add(RDSResponse, reset_db_parameter_group)
    add(
        RDSResponse,
        modify_event_subscription,
        add_source_identifier_to_subscription,
        remove_source_identifier_from_subscription,
    )


def _update_parameters(original: Method) -> Method:
    def update_parameters(self: Any, new_parameters: Iterable[Mapping[str, Any]]) -> None:
        parameters = list(new_parameters)
        for parameter in parameters:
            _refuse_immediate(parameter)
        original(self, [{**parameter, "Source": "user"} for parameter in parameters])

    return update_parameters


def _refuse_immediate(parameter: Mapping[str, Any]) -> None:
    static = table("mysql_parameters")["apply"]["static"]
    if parameter.get("ApplyMethod") == "immediate" and parameter["ParameterName"] in static:
        raise InvalidParameterCombination("cannot use immediate apply method for static parameter")


def reset_db_parameter_group(self: Any) -> ActionResult:
    """Take parameters back to their defaults: they are no longer the user's."""
    name = self.params["DBParameterGroupName"]
    groups = self.backend.describe_db_parameter_groups({"db_parameter_group_name": name})
    if not groups:
        raise DBParameterGroupNotFoundError(name)
    parameters = groups[0].parameters
    if self.params.get("ResetAllParameters"):
        parameters.clear()
    for parameter in self.params.get("Parameters", []):
        parameters.pop(parameter["ParameterName"], None)
    return ActionResult({"DBParameterGroupName": name})


def _create_option_group(original: Method) -> Method:
    def create_option_group(self: Any, option_group_kwargs: Any) -> Any:
        settings = dict(option_group_kwargs)
        version = settings["major_engine_version"]
        newer = settings["engine_name"] == refusals.ENGINE and version in table("rds_mysql")["majors"]["versions"]
        if not newer:
            return original(self, settings)
        group = original(self, {**settings, "major_engine_version": MOTO_KNOWS})
        group.major_engine_version = version
        return group

    return create_option_group


def _modify_subnet_group(original: Method) -> Method:
    def modify_db_subnet_group(self: Any, subnet_name: str, *changes: Any, **more: Any) -> Any:
        group = original(self, subnet_name, *changes, **more)
        self.subnet_groups[subnet_name] = group
        return group

    return modify_db_subnet_group


def modify_event_subscription(self: Any) -> ActionResult:
    """Change what a subscription is told of, and where."""
    subscription = _subscription(self)
    for name in ("sns_topic_arn", "source_type", "event_categories", "enabled"):
        if name in self.params:
            setattr(subscription, name, self.params[name])
    return ActionResult({"EventSubscription": subscription})


def add_source_identifier_to_subscription(self: Any) -> ActionResult:
    """Tell of one source more."""
    subscription = _subscription(self)
    _others(subscription, self.params["SourceIdentifier"]).append(self.params["SourceIdentifier"])
    return ActionResult({"EventSubscription": subscription})


def remove_source_identifier_from_subscription(self: Any) -> ActionResult:
    """Tell of one source less."""
    subscription = _subscription(self)
    _others(subscription, self.params["SourceIdentifier"])
    return ActionResult({"EventSubscription": subscription})


def _subscription(response: Any) -> Any:
    return next(iter(response.backend.describe_event_subscriptions(response.params["SubscriptionName"])))


def _others(subscription: Any, source: str) -> list[str]:
    subscription.source_ids = [other for other in subscription.source_ids if other != source]
    sources: list[str] = subscription.source_ids
    return sources
