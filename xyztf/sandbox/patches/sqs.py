"""SQS: attributes of queues.

- The redrive policy comes back as JSON with spaces, where AWS has none: the second plan sets it again.
- The URL of a queue is the address of the call that asks for it, so that it changes with the sandbox's port, and a
  state that is restored elsewhere names an address where there is nothing. Here it is AWS's own form; calls go to the
  endpoint all the same.
- SetQueueAttributes takes the policy away when it does not name it: whoever changes how long messages are kept is told
  to make the policy once more.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import Queue

from xyztf.sandbox.patches import replace


def install() -> None:
    """Install the patch."""
    replace(Queue, "attributes", _without_spaces)
    replace(Queue, "_set_attributes", _with_policy)
    replace(Queue, "url", _of_aws)


def _without_spaces(original: Any) -> Any:
    def attributes(self: Any) -> dict[str, Any]:
        found: dict[str, Any] = original(self)
        if found.get("RedrivePolicy"):
            found["RedrivePolicy"] = json.dumps(json.loads(found["RedrivePolicy"]), separators=(",", ":"))
        return found

    return attributes


def _with_policy(original: Any) -> Any:
    def _set_attributes(self: Any, attributes: dict[str, Any], *arguments: Any, **named: Any) -> None:
        # A queue that is being made has no policy yet.
        kept = {"Policy": getattr(self, "policy", None)}
        original(self, {**kept, **attributes}, *arguments, **named)

    return _set_attributes


def _of_aws(_: Any) -> Any:
    def url(self: Any, request_url: object) -> str:
        return f"https://sqs.{self.region}.amazonaws.com/{self.account_id}/{self.name}"

    return url
