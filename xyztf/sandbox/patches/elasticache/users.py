"""Users, which moto cannot change, and user groups, of which it knows nothing.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult
from moto.elasticache.exceptions import UserNotFound
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from xyztf.sandbox.patches import add, replace
from xyztf.sandbox.patches.elasticache.backend import Method, arn, forget_tags, refuse, tag

DEFAULT_USER = "default"


@dataclass(slots=True)
class UserGroup:
    """A user group."""

    name: str
    engine: str
    users: list[str]
    arn: str


def install() -> None:
    """Add the actions for user groups, and what users lack."""
    replace(ElastiCacheBackend, "delete_user", _delete_user)
    add(
        ElastiCacheResponse,
        modify_user,
        create_user_group,
        describe_user_groups,
        modify_user_group,
        delete_user_group,
    )


def find(backend: Any, name: str) -> UserGroup:
    """The user group of this name."""
    group: UserGroup | None = backend.user_groups.get(name)
    if group is None:
        raise refuse("UserGroupNotFound", f"User group {name} not found.")
    return group


def modify_user(self: Any) -> ActionResult:
    """Change what a user may do, or how they prove who they are."""
    name = self._get_param("UserId")
    user = self.elasticache_backend.users.get(name)
    if user is None:
        raise UserNotFound(name)
    mode = self._get_param("AuthenticationMode", {})
    passwords = self._get_param("Passwords") or mode.get("Passwords")
    user.access_string = self._get_param("AccessString", user.access_string)
    user.engine = self._get_param("Engine", user.engine)
    if "Type" in mode:
        user.authentication_type = mode["Type"]
        user.no_password_required = mode["Type"] == "no-password-required"
    user.no_password_required = self._get_param("NoPasswordRequired", user.no_password_required)
    if passwords or "Type" in mode:
        user.passwords = passwords or []
    return ActionResult(user)


def _delete_user(original: Method) -> Method:
    def delete_user(self: Any, user_id: str) -> Any:
        user = original(self, user_id)
        for group in self.user_groups.values():
            group.users = [other for other in group.users if other != user_id]
        forget_tags(self, user.arn)
        return user

    return delete_user


def create_user_group(self: Any) -> ActionResult:
    """A new group of users that exist."""
    backend = self.elasticache_backend
    name = self._get_param("UserGroupId")
    if name in backend.user_groups:
        raise refuse("UserGroupAlreadyExists", f"User Group {name} already exists.")
    engine, members = self._get_param("Engine").lower(), self._get_param("UserIds", [])
    _check(backend, engine, members)
    group = UserGroup(name, engine, [], arn(backend, "usergroup", name))
    backend.user_groups[name] = group
    _join(backend, group, members)
    tag(backend, group.arn, self._get_param("Tags"))
    return ActionResult(_shown(backend, group))


def describe_user_groups(self: Any) -> ActionResult:
    """One group, or all."""
    backend = self.elasticache_backend
    name = self._get_param("UserGroupId")
    groups = [find(backend, name)] if name else backend.user_groups.values()
    return ActionResult({"UserGroups": [_shown(backend, group) for group in groups]})


def modify_user_group(self: Any) -> ActionResult:
    """Let users in and out."""
    backend = self.elasticache_backend
    group = find(backend, self._get_param("UserGroupId"))
    engine = self._get_param("Engine", group.engine).lower()
    removed, added = self._get_param("UserIdsToRemove", []), self._get_param("UserIdsToAdd", [])
    members = [user for user in group.users if user not in (*removed, *added)] + added
    _check(backend, engine, members)
    group.engine = engine
    _join(backend, group, members)
    return ActionResult(_shown(backend, group))


def delete_user_group(self: Any) -> ActionResult:
    """Delete a group that no cache uses."""
    backend = self.elasticache_backend
    group = find(backend, self._get_param("UserGroupId"))
    if _caches(backend, group):
        raise refuse("InvalidUserGroupState", f"User group {group.name} is associated to a replication group.")
    _join(backend, group, [])
    del backend.user_groups[group.name]
    forget_tags(backend, group.arn)
    return ActionResult({**_shown(backend, group), "Status": "deleting"})


def _check(backend: Any, engine: str, members: Iterable[str]) -> None:
    """Refuse members that do not exist, or do not go together."""
    names = []
    for user in members:
        if user not in backend.users:
            raise UserNotFound(user)
        names.append(backend.users[user].name)
    if len(names) != len(set(names)):
        raise refuse("DuplicateUserName", "User group contains duplicate user names.")
    if engine == "redis" and DEFAULT_USER not in names:
        raise refuse("DefaultUserRequired", f"User group needs to contain a user with the user name {DEFAULT_USER}.")


def _join(backend: Any, group: UserGroup, members: list[str]) -> None:
    """Make these the members of a group, on the users' side too."""
    group.users = members
    for user in backend.users.values():
        others = [other for other in user.user_group_ids if other != group.name]
        user.user_group_ids = [*others, group.name] if user.id in members else others


def _caches(backend: Any, group: UserGroup) -> list[str]:
    return [name for name, cache in backend.replication_groups.items() if group.name in cache.user_group_ids]


def _shown(backend: Any, group: UserGroup) -> dict[str, Any]:
    """A group as AWS shows it."""
    return {
        "UserGroupId": group.name,
        "Status": "active",
        "Engine": group.engine,
        "UserIds": group.users,
        "MinimumEngineVersion": "6.0",
        "ReplicationGroups": _caches(backend, group),
        "ARN": group.arn,
    }
