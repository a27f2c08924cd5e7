"""Kinesis: tags.

- CreateStream forgets its tags: the second plan adds them again.
- ListTagsForResource, TagResource and UntagResource are missing: newer providers read and change tags by ARN.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.kinesis.responses import KinesisResponse

from xyztf.sandbox.patches import add, replace


def install() -> None:
    """Install the patch."""
    replace(KinesisResponse, "create_stream", _with_tags)
    add(KinesisResponse, list_tags_for_resource, tag_resource, untag_resource)


def _with_tags(original: Any) -> Any:
    def create_stream(self: Any) -> Any:
        done = original(self)
        stream = self.kinesis_backend.streams[self._get_param("StreamName")]
        stream.tags.update(self._get_param("Tags") or {})
        return done

    return create_stream


# As text: moto would look for the operation in botocore, and the one that checkov pins does not have it yet.


def list_tags_for_resource(self: Any) -> str:
    """All tags of a stream or of a consumer."""
    return json.dumps({"Tags": [{"Key": key, "Value": value} for key, value in sorted(_tags(self).items())]})


def tag_resource(self: Any) -> str:
    """Add tags, or change them."""
    _tags(self).update(self._get_param("Tags"))
    return "{}"


def untag_resource(self: Any) -> str:
    """Remove tags."""
    for key in self._get_param("TagKeys"):
        _tags(self).pop(key, None)
    return "{}"


def _tags(response: Any) -> dict[str, str]:
    """The tags of what an ARN names: a stream's, .../stream/name, or a consumer's, .../stream/name/consumer/..."""
    arn = response._get_param("ResourceARN")
    backend = response.kinesis_backend
    if "/consumer/" not in arn:
        return backend.describe_stream(arn, None).tags  # type: ignore[no-any-return]
    consumer = backend.describe_stream_consumer(None, None, arn)
    consumer.tags = getattr(consumer, "tags", {})
    return consumer.tags  # type: ignore[no-any-return]
