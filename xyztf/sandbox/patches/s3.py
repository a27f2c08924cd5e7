"""S3: policies with conditions.

A bucket policy's statement with a Condition that moto cannot check denies everything: one that allows only TLS shuts
everybody out. Here such statements count neither for nor against a call: whoever calls owns the account, and a call
over loopback stands for one over TLS.
"""

from __future__ import annotations

import json
from typing import Any

from moto.s3.models import FakeBucket

from xyztf.sandbox.patches import replace


def install() -> None:
    """Install the patch."""
    replace(FakeBucket, "get_permission", _without_conditions)


def _without_conditions(original: Any) -> Any:
    def get_permission(self: Any, action: str, resource: str) -> Any:
        policy = self.policy
        if policy is None:
            return original(self, action, resource)
        document = json.loads(policy)
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        document["Statement"] = [statement for statement in statements if not statement.get("Condition")]
        self.policy = json.dumps(document).encode()
        try:
            return original(self, action, resource)
        finally:
            self.policy = policy

    return get_permission
