"""What the parts here keep on moto's backend, and what is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable
from re import compile as pattern
from typing import Any

from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend

from xyztf.sandbox.patches import replace

ARN = pattern(
    r"^arn:aws[a-z-]*:elasticache:[^:]+:\d+:"
    r"(cluster|parametergroup|replicationgroup|snapshot|subnetgroup|user|usergroup):.+$"
)
"""What can have tags."""

Method = Callable[..., Any]


def install() -> None:
    """Give the backend room for what moto does not know."""
    replace(ElastiCacheBackend, "__init__", _init)


def _init(original: Method) -> Method:
    def __init__(self: Any, *given: Any, **settings: Any) -> None:  # noqa: N807
        original(self, *given, **settings)
        self.arn_regex = ARN
        self.parameter_groups = {}
        self.user_groups = {}

    return __init__


def arn(backend: Any, kind: str, name: str) -> str:
    """The ARN of a thing of this kind."""
    return f"arn:{backend.partition}:elasticache:{backend.region_name}:{backend.account_id}:{kind}:{name}"


def refuse(code: str, message: str) -> ElastiCacheException:
    """The error that AWS would answer with."""
    return ElastiCacheException(code, message)


def tag(backend: Any, of: str, tags: list[dict[str, str]] | None) -> None:
    """Remember the tags of something new."""
    if tags:
        backend.tagging_service.tag_resource(of, tags)


def forget_tags(backend: Any, of: str) -> None:
    """Forget the tags of something deleted, so that the next one of this name does not have them."""
    backend.tagging_service.delete_all_tags_for_resource(of)
