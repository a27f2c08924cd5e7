"""What others have added to a resource that the stack fills by resources of their own: rules of a security group,
policies of a role.

AWS lists them with the group and the role. As long as the configuration does not list them there, Terraform leaves what
it has not made: no plan would ever speak of a port that somebody has opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xyztf.terraform.configuration import Written
from xyztf.terraform.differences import Secrets

Values = Mapping[str, Any]

COLLECTIONS = {
    "aws_security_group": ("ingress", "egress"),
    "aws_iam_role": ("inline_policy", "managed_policy_arns"),
}
"""The attributes that list what other resources make."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What stands in `attribute` of a resource, and no resource of the stack has made it."""

    address: str
    type: str
    attribute: str
    what: str

    def __str__(self) -> str:
        return f"{self.address}: {self.attribute} {self.what}"


def additions(plan: Mapping[str, Any], written: Written, secrets: Secrets) -> list[Addition]:
    """What others have added, from a plan as JSON.

    Whether it is new does not count: the next apply takes it into the state, and nobody would hear of it again.
    """
    found = []
    there = list(_resources(plan.get("prior_state", {}).get("values", {}).get("root_module", {})))
    for resource in there:
        address, kind, values = resource["address"], resource["type"], resource.get("values", {})
        for attribute in COLLECTIONS.get(kind, ()):
            if attribute in written.of(address):
                continue  # Terraform takes it away by itself
            made = {*_made(there, attribute, values)}
            new = dict.fromkeys(each for each in _listed(values, attribute) if each not in made)
            found += [Addition(address, kind, attribute, secrets.hide(each)) for each in new]
    return found


def _resources(module: Values) -> Iterator[Values]:
    """The managed resources below a module, as they are now."""
    yield from (resource for resource in module.get("resources", ()) if resource["mode"] == "managed")
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _listed(parent: Values, attribute: str) -> Iterator[str]:
    """What a group or a role lists: names of policies, and each rule with each of its sources in words."""
    for each in parent.get(attribute) or ():
        if attribute == "managed_policy_arns":
            yield each
        elif attribute == "inline_policy":
            yield each.get("name") or ""
        else:
            yield from _rules(each, attribute, each.get("protocol"), parent)


def _made(there: Iterable[Values], attribute: str, parent: Values) -> Iterator[str]:
    """What resources of the stack have made there, in the same words."""
    for resource in there:
        kind, values = resource["type"], resource.get("values", {})
        if attribute in COLLECTIONS["aws_iam_role"]:
            if values.get("role") != parent.get("name"):
                continue
            if (kind, attribute) == ("aws_iam_role_policy", "inline_policy"):
                yield values.get("name") or ""
            elif (kind, attribute) == ("aws_iam_role_policy_attachment", "managed_policy_arns"):
                yield values.get("policy_arn") or ""
        elif values.get("security_group_id") == parent.get("id"):
            if kind == f"aws_vpc_security_group_{attribute}_rule":
                yield from _rules(values, attribute, values.get("ip_protocol"), parent)
            elif kind == "aws_security_group_rule" and values.get("type") == attribute:
                yield from _rules(values, attribute, values.get("protocol"), parent)


def _rules(rule: Values, attribute: str, protocol: object, group: Values) -> Iterator[str]:
    """A rule in words, once for each source; the attributes are those of groups and of both types of rules."""
    lists = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")
    single = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id", "source_security_group_id")
    sources = [source for name in lists for source in rule.get(name) or ()]
    sources += [rule[name] for name in single if rule.get(name)]
    sources += [group.get("id")] if rule.get("self") else []
    first, last = rule.get("from_port"), rule.get("to_port")
    ports = f"{first}" if first == last else f"{first}-{last}"
    traffic = "everything" if str(protocol) == "-1" else f"{protocol} {ports}"
    for source in dict.fromkeys(sources):
        yield f"{traffic} {'from' if attribute == 'ingress' else 'to'} {source}"
