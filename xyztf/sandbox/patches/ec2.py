"""EC2: descriptions of security group rules that name another group or a prefix list.

They are not told, or not even kept: the second plan sets them again. And two rules that differ in nothing but the
description count as two, which AWS refuses as InvalidPermission.Duplicate.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
"""

from __future__ import annotations

from inspect import signature
from typing import Any

from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend, SecurityGroupRule

from xyztf.sandbox.patches import replace


def install() -> None:
    """Install the patch."""
    replace(SecurityGroupRule, "__init__", _keep)
    replace(SecurityGroupRule, "description", _tell)
    replace(SecurityGroup, "_flattened_rules", _tell_groups)
    replace(SecurityGroupBackend, "modify_security_group_rules", _modify)
    replace(SecurityGroupBackend, "_sg_update_description", _update)


def _keep(original: Any) -> Any:
    """Take the description out of what makes two rules equal."""

    def initialise(self: Any, *arguments: Any, **named: Any) -> None:
        given = signature(original).bind(self, *arguments, **named)
        source = dict(given.arguments.get("source_group") or {})
        listed = given.arguments.get("prefix_list_id") or {}
        self.own_description = source.pop("Description", None) or listed.get("Description")
        given.arguments["source_group"] = source
        original(*given.args, **given.kwargs)

    return initialise


def _tell(original: Any) -> Any:
    def description(self: Any) -> Any:
        return self.own_description or original(self)

    return description


def _tell_groups(original: Any) -> Any:
    """DescribeSecurityGroups has the descriptions beside the groups and lists."""

    def _flattened_rules(self: Any, rules: list[Any]) -> Any:
        views = original(self, rules)
        described = {(_place(rule), _target(rule)): rule.own_description for rule in rules if rule.own_description}
        for view in views:
            place = _place(view)
            view.source_groups = [
                _with(described.get((place, pair.get("GroupId"))), pair) for pair in view.source_groups
            ]
            view.prefix_list_ids = [
                _with(described.get((place, entry["PrefixListId"])), entry) for entry in view.prefix_list_ids
            ]
        return views

    return _flattened_rules


def _place(rule: Any) -> tuple[Any, Any, Any]:
    return rule.ip_protocol, rule.from_port, rule.to_port


def _target(rule: Any) -> Any:
    return rule.source_group.get("GroupId") or rule.prefix_list_id


def _with(description: str | None, entry: dict[str, str]) -> dict[str, str]:
    return {**entry, "Description": description} if description else entry


def _modify(original: Any) -> Any:
    """What moto leaves to do: other targets than addresses, and their descriptions."""

    def modify_security_group_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        original(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, new in rules.items():
            rule = group.get_rule(rule_id)
            if new.get("ReferencedGroupId"):
                rule.source_group = {**rule.source_group, "GroupId": new["ReferencedGroupId"]}
            if new.get("PrefixListId"):
                rule.prefix_list_id = new["PrefixListId"]
            if not rule.ip_range.get("CidrIp") and not rule.ip_range.get("CidrIpv6"):
                rule.ip_range = {}
                rule.own_description = new.get("Description")

    return modify_security_group_rules


def _update(original: Any) -> Any:
    def _sg_update_description(self: Any, security_rule: Any, rule: Any) -> None:
        original(self, security_rule, rule)
        if security_rule.own_description and not rule.ip_range:
            rule.own_description = security_rule.own_description

    return _sg_update_description
