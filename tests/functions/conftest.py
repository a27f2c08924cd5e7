"""Loads the Lambda functions the way Lambda does, and builds the events it would hand them."""

from __future__ import annotations

import base64
import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

FUNCTIONS = Path(__file__).resolve().parents[2] / "templates" / "modules" / "kinesis-dynamo" / "functions"
AWS = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
}
STREAM_ENVIRONMENT = {
    "TABLE_NAME": "analytics",
    "KEY_ATTRIBUTES": '{"DeviceId":"S","Timestamp":"N"}',
    "INDEX_ATTRIBUTES": '{"DeviceType":"S","Location":"S","Timestamp":"N","Zone":"N"}',
    "TIME_ATTRIBUTE": "Timestamp",
    "TTL_ATTRIBUTE": "ExpiresAt",
    "RETENTION_DAYS": "30",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead-letters",
    "METRIC_NAMESPACE": "Test/Stream",
    "LOG_LEVEL": "INFO",
}
TABLE_ENVIRONMENT = {
    "KEY_ATTRIBUTES": '{"DeviceId":"S","Timestamp":"N"}',
    "TIME_ATTRIBUTE": "Timestamp",
    "ANALYTICS_DIMENSION": "DeviceType",
    "ALERT_RULES": '[{"attribute":"Temperature","above":90},{"attribute":"Battery","below":10.5}]',
    "METRIC_NAMESPACE": "Test/Table",
    "LOG_LEVEL": "INFO",
}


@contextmanager
def _as_root(folder: Path) -> Iterator[None]:
    """Make the folder the first import path, and forget its modules afterwards: both functions have a `handler`."""
    names = [path.stem for path in folder.glob("*.py")]
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def load(function: str, environment: Mapping[str, str]) -> dict[str, ModuleType]:
    """Import a function in exactly this environment; return its modules by name."""
    folder = FUNCTIONS / function
    with (
        patch.object(sys, "dont_write_bytecode", True),
        patch.dict("os.environ", {**AWS, **environment}, clear=True),
        _as_root(folder),
    ):
        importlib.import_module("handler")
        return {path.stem: importlib.import_module(path.stem) for path in folder.glob("*.py")}


@pytest.fixture(scope="session")
def functions_folder() -> Path:
    return FUNCTIONS


@pytest.fixture(scope="session")
def environments() -> dict[str, dict[str, str]]:
    return {"stream_processor": STREAM_ENVIRONMENT, "table_processor": TABLE_ENVIRONMENT}


@pytest.fixture(scope="session")
def load_function() -> Callable[[str, Mapping[str, str]], dict[str, ModuleType]]:
    return load


@pytest.fixture(scope="session")
def stream() -> SimpleNamespace:
    """The modules of stream_processor, as attributes."""
    return SimpleNamespace(**load("stream_processor", STREAM_ENVIRONMENT))


@pytest.fixture(scope="session")
def table() -> SimpleNamespace:
    """The modules of table_processor, as attributes."""
    return SimpleNamespace(**load("table_processor", TABLE_ENVIRONMENT))


class Context:
    """A Lambda context whose remaining time is a list to count down, the last value staying."""

    function_name = "the-function"
    aws_request_id = "request-1"

    def __init__(self, *remaining: int) -> None:
        self._remaining = list(remaining or (60_000,))

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining.pop(0) if len(self._remaining) > 1 else self._remaining[0]


@pytest.fixture(scope="session")
def context() -> type[Context]:
    return Context


@pytest.fixture(scope="session")
def kinesis_record() -> Callable[..., dict[str, Any]]:
    """Build one record of a Kinesis event from a payload (bytes as they are, anything else as JSON)."""

    def build(payload: object, sequence: int | str = 1, arrival: float = 1_700_000_100.25) -> dict[str, Any]:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "device-1",
                "sequenceNumber": str(sequence),
                "data": base64.b64encode(data).decode(),
                "approximateArrivalTimestamp": arrival,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"shardId-000000000000:{sequence}",
            "eventName": "aws:kinesis:record",
            "awsRegion": "us-east-1",
            "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/devices",
        }

    return build


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Read what was printed: the log lines and the metric documents, every line being one JSON object."""

    def read() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [d for d in documents if "_aws" not in d], [d for d in documents if "_aws" in d]

    return read
