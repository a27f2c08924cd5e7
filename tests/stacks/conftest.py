from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from xyztf.environment.model import Environment


@pytest.fixture
def environment() -> Callable[..., Environment]:
    """An environment of two regions with the parts that are given."""

    def make(**parts: Any) -> Environment:
        least = {
            "name": "prod",
            "project": "xyz-corp",
            "account_id": "123456789012",
            "primary_region": "us-east-1",
            "regions": {"us-west-2": {"cidr": "10.1.0.0/16"}, "us-east-1": {"cidr": "10.0.0.0/16"}},
        }
        return Environment.model_validate({**least, **parts})

    return make
