"""Lambda: settings of functions that are forgotten.

- DeadLetterConfig and LoggingConfig are not kept: the second plan sets them again.
- UpdateFunctionConfiguration ignores TracingConfig, KMSKeyArn and EphemeralStorage, so that changing them never ends,
  and crashes on an Environment without variables, which is how one takes the last variable away.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from xyztf.sandbox.patches import replace


def install() -> None:
    """Install the patch."""
    replace(LambdaFunction, "__init__", _keep)
    replace(LambdaFunction, "get_configuration", _tell)
    replace(LambdaFunction, "update_configuration", _change)


def _keep(original: Any) -> Any:
    def initialise(self: Any, account_id: str, spec: dict[str, Any], *arguments: Any, **named: Any) -> None:
        original(self, account_id, spec, *arguments, **named)
        self.dead_letter_config = spec.get("DeadLetterConfig") or {}
        self.logging_config = _logging(self.function_name, spec.get("LoggingConfig") or {})

    return initialise


def _tell(original: Any) -> Any:
    def get_configuration(self: Any, *arguments: Any, **named: Any) -> dict[str, Any]:
        configuration: dict[str, Any] = original(self, *arguments, **named)
        configuration["LoggingConfig"] = self.logging_config
        if self.dead_letter_config.get("TargetArn"):
            configuration["DeadLetterConfig"] = self.dead_letter_config
        return configuration

    return get_configuration


def _change(original: Any) -> Any:
    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        changes = dict(config_updates)
        if "Environment" in changes:
            changes["Environment"] = {"Variables": changes["Environment"].get("Variables", {})}
        if "DeadLetterConfig" in changes:
            self.dead_letter_config = changes["DeadLetterConfig"]
        if "LoggingConfig" in changes:
            self.logging_config = _logging(self.function_name, changes["LoggingConfig"])
        if "TracingConfig" in changes:
            self.tracing_config = changes["TracingConfig"]
        if "KMSKeyArn" in changes:
            self.kms_key_arn = changes["KMSKeyArn"]
        if "EphemeralStorage" in changes:
            self.ephemeral_storage = changes["EphemeralStorage"]["Size"]
        return original(self, changes)

    return update_configuration


def _logging(function_name: str, given: dict[str, str]) -> dict[str, str]:
    """What AWS fills in: https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html"""
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} if given.get("LogFormat") == "JSON" else {}
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function_name}", **levels, **given}
