"""The configuration of the function, read once from its environment variables.

Anything missing or wrong raises `ConfigurationError` while Lambda loads the function, before a record is taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from alerts import Rule
from analytics import UNITS
from telemetry import LEVELS

# Names that the function's own log lines and metric documents use, which a dimension must not shadow.
_TAKEN_NAMES = {*UNITS, "FunctionName", "requestId", "_aws"}


class ConfigurationError(ValueError):
    """An environment variable is missing or cannot be used."""

    def __init__(self, variable: str, problem: str) -> None:
        """Build the message from the variable's name and what is wrong with it."""
        super().__init__(f"environment variable {variable} {problem}")


@dataclass(frozen=True)
class Settings:
    """What the environment variables say, checked."""

    key_attributes: frozenset[str]
    """The names of the table's keys: all that a log may say about an item."""
    time_attribute: str
    """The attribute with the time of the event in epoch milliseconds; empty if items have none."""
    analytics_dimension: str
    """The attribute to count by, such as DeviceType; empty to count only in total."""
    alert_rules: tuple[Rule, ...]
    metric_namespace: str
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check the settings."""
        dimension = environment.get("ANALYTICS_DIMENSION", "").strip()
        if (
            dimension in _TAKEN_NAMES
            or dimension.startswith(":")
            or not (dimension.isascii() and len(dimension) <= 255)
        ):
            raise ConfigurationError(
                "ANALYTICS_DIMENSION", f"cannot be {dimension!r}: no CloudWatch dimension, or taken"
            )
        return cls(
            key_attributes=_key_names(environment),
            time_attribute=environment.get("TIME_ATTRIBUTE", "").strip(),
            analytics_dimension=dimension,
            alert_rules=_alert_rules(environment),
            metric_namespace=_required(environment, "METRIC_NAMESPACE"),
            log_level=_log_level(environment),
        )


def _required(environment: Mapping[str, str], variable: str) -> str:
    value = environment.get(variable, "").strip()
    if not value:
        raise ConfigurationError(variable, "is missing or empty")
    return value


def _json(variable: str, text: str) -> object:
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not a JSON number")

    try:
        value: object = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=refuse)
    except (ValueError, ArithmeticError) as error:
        raise ConfigurationError(variable, f"is not JSON: {error}") from error
    return value


def _key_names(environment: Mapping[str, str]) -> frozenset[str]:
    value = _json("KEY_ATTRIBUTES", _required(environment, "KEY_ATTRIBUTES"))
    if not isinstance(value, dict) or not 1 <= len(value) <= 2 or not all(value):
        raise ConfigurationError("KEY_ATTRIBUTES", 'must be a JSON object of one or two keys such as {"DeviceId":"S"}')
    return frozenset(value)


def _alert_rules(environment: Mapping[str, str]) -> tuple[Rule, ...]:
    value = _json("ALERT_RULES", environment.get("ALERT_RULES", "").strip() or "[]")
    if not isinstance(value, list):
        raise ConfigurationError("ALERT_RULES", 'must be a JSON list such as [{"attribute":"Temperature","above":90}]')
    return tuple(_alert_rule(number, rule) for number, rule in enumerate(value, start=1))


def _alert_rule(number: int, rule: object) -> Rule:
    if isinstance(rule, dict) and len(rule) == 2:
        attribute = rule.get("attribute")
        kind = next((kind for kind in ("above", "below") if kind in rule), "")
        bound = rule.get(kind)
        if isinstance(attribute, str) and attribute and isinstance(bound, Decimal):
            return Rule(attribute, kind, bound)
    raise ConfigurationError("ALERT_RULES", f'rule {number} must have an "attribute", and a number "above" or "below"')


def _log_level(environment: Mapping[str, str]) -> str:
    level = environment.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in LEVELS:
        raise ConfigurationError("LOG_LEVEL", f"must be one of {', '.join(LEVELS)}")
    return level
