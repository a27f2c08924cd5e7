"""Whether something was created that has no name of ours, and under which identifier: asked of AWS itself.

For `recover`: of what Terraform was creating when it was killed, nobody noted the identifier, and a second one cannot
be made beside it (a rule, a subnet's addresses, a function's source). A program of its own, so that the variables of
the target, and nothing else, decide which AWS it talks to. It reads `Wanted` as JSON and prints what it found.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A resource that may exist: its type, the attributes that are known, and its identifier where that is.

    `known` are the identifiers of the other resources of its module, by address.
    """

    address: str
    type: str
    attributes: Mapping[str, Any]
    id: str | None
    known: Mapping[str, str]

    def ids(self, kind: str) -> list[str]:
        """The identifiers of the module's resources of a type."""
        return [each for address, each in self.known.items() if f".{kind}." in f".{address}"]

    def namesake(self, kind: str) -> str | None:
        """The identifier of the resource of another type with the same name and key."""
        return self.known.get(self.address.replace(f"{self.type}.", f"{kind}.", 1))


def look_up(wanted: Sequence[Wanted], region: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The identifiers to import by, of those that are there, by address. Nothing when AWS cannot be asked."""
    if not wanted:
        return {}
    done = subprocess.run(
        [sys.executable, "-m", "xyztf.terraform.lookup", region],
        input=json.dumps([asdict(each) for each in wanted]),
        env=dict(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, str] = json.loads(done.stdout) if done.returncode == 0 else {}
    return found


def can_look_up(kind: str) -> bool:
    """Whether there is a way to find a resource of this type."""
    return kind in FINDERS


def _filters(**values: str | list[str]) -> list[dict[str, Any]]:
    listed = {name.replace("_", "-"): [value] if isinstance(value, str) else value for name, value in values.items()}
    return [{"Name": name, "Values": value} for name, value in listed.items()]


def _subnet(client: Client, wanted: Wanted) -> list[str]:
    filters = _filters(vpc_id=wanted.ids("aws_vpc"), cidr_block=wanted.attributes["cidr_block"])
    return [each["SubnetId"] for each in client("ec2").describe_subnets(Filters=filters)["Subnets"]]


def _security_group(client: Client, wanted: Wanted) -> list[str]:
    filters = _filters(vpc_id=wanted.ids("aws_vpc"), group_name=wanted.attributes["name"])
    return [each["GroupId"] for each in client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]]


def _rule(client: Client, wanted: Wanted) -> list[str]:
    rules = client("ec2").describe_security_group_rules(Filters=_filters(group_id=wanted.ids("aws_security_group")))
    expected = (
        "egress" in wanted.type,
        wanted.attributes.get("description"),
        wanted.attributes.get("ip_protocol"),
        wanted.attributes.get("from_port"),
    )
    return [
        rule["SecurityGroupRuleId"]
        for rule in rules["SecurityGroupRules"]
        if (rule["IsEgress"], rule.get("Description"), rule["IpProtocol"], rule.get("FromPort")) == expected
        and rule["SecurityGroupRuleId"] not in wanted.known.values()
    ]


def _endpoint(client: Client, wanted: Wanted) -> list[str]:
    filters = _filters(vpc_id=wanted.ids("aws_vpc"), service_name=wanted.attributes["service_name"])
    return [each["VpcEndpointId"] for each in client("ec2").describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]]


def _flow_log(client: Client, wanted: Wanted) -> list[str]:
    logs = client("ec2").describe_flow_logs(Filters=_filters(resource_id=wanted.ids("aws_vpc")))["FlowLogs"]
    return [each["FlowLogId"] for each in logs]


def _association(client: Client, wanted: Wanted) -> list[str]:
    tables = client("ec2").describe_route_tables(Filters=_filters(vpc_id=wanted.ids("aws_vpc")))["RouteTables"]
    return [
        f"{each['SubnetId']}/{table['RouteTableId']}"
        for table in tables
        for each in table["Associations"]
        if each.get("SubnetId")
        and (each["RouteTableAssociationId"] == wanted.id or each["SubnetId"] == wanted.namesake("aws_subnet"))
    ]


def _mapping(client: Client, wanted: Wanted) -> list[str]:
    function = wanted.namesake("aws_lambda_function")
    if not function:
        return []
    found = client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    return [each["UUID"] for each in found if each["UUID"] not in wanted.known.values()]


def _secret(client: Client, wanted: Wanted) -> list[str]:
    return [client("secretsmanager").describe_secret(SecretId=wanted.attributes["name"])["ARN"]]


def _queue(client: Client, wanted: Wanted) -> list[str]:
    return [client("sqs").get_queue_url(QueueName=wanted.attributes["name"])["QueueUrl"]]


FINDERS: Mapping[str, Callable[[Client, Wanted], list[str]]] = {
    "aws_flow_log": _flow_log,
    "aws_lambda_event_source_mapping": _mapping,
    "aws_route_table_association": _association,
    "aws_secretsmanager_secret": _secret,
    "aws_security_group": _security_group,
    "aws_sqs_queue": _queue,
    "aws_subnet": _subnet,
    "aws_vpc_endpoint": _endpoint,
    "aws_vpc_security_group_egress_rule": _rule,
    "aws_vpc_security_group_ingress_rule": _rule,
}


def find(client: Client, wanted: Sequence[Wanted], not_found: type[Exception]) -> dict[str, str]:
    """Look for each; one is found when exactly one fits. `client` gives that of a service."""
    found = {}
    for each in wanted:
        try:
            fitting = FINDERS[each.type](client, each)
        except (not_found, KeyError):
            continue
        if len(fitting) == 1:
            found[each.address] = fitting[0]
    return found


def module_of(address: str) -> str:
    """The module that an address lies in; nothing for the root."""
    return (re.match(r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*", address) or [""])[0]


def main(arguments: list[str]) -> int:
    """The program: see the module."""
    import boto3
    from botocore.exceptions import ClientError

    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        return clients.setdefault(service, boto3.client(service, region_name=arguments[0]))

    wanted = [Wanted(**each) for each in json.load(sys.stdin)]
    print(json.dumps(find(client, wanted, ClientError)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
