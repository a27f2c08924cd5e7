"""Faults of the network: what everyone may reach, and what nobody sees."""

from __future__ import annotations

from planting import Fault, gone, header, instead, more, put, whole

_GROUPS = "modules/{}/vpc/security_groups.tf"
_NETWORK = "modules/{}/vpc/main.tf"


def _rule(name: str, port: int, source: str) -> str:
    return (
        f'resource "aws_vpc_security_group_ingress_rule" "{name}" {{\n'
        "  security_group_id = aws_security_group.database.id\n"
        f'  description       = "Open"\n  {source}\n  ip_protocol       = "tcp"\n'
        f"  from_port         = {port}\n  to_port           = {port}\n}}"
    )


def _ingress(port: int, source: str) -> str:
    return (
        f'  ingress {{\n    description = "In"\n    protocol    = "tcp"\n    from_port   = {port}\n'
        f'    to_port     = {port}\n    cidr_blocks = ["{source}"]\n  }}'
    )


def _opened(environment: str, name: str, port: int, source: str, rule: str) -> Fault:
    return Fault(
        f"{environment}: port {port} is open to {source}",
        _GROUPS.format(environment),
        more(_rule(name, port, source)),
        (header(f"aws_vpc_security_group_ingress_rule.{name}"), source),
        (rule,),
    )


NETWORK = [
    _opened("dev", "mysql", 3306, 'cidr_ipv4 = "0.0.0.0/0"', "XYZ601"),
    _opened("staging", "postgresql", 5432, 'cidr_ipv6 = "::/0"', "XYZ601"),
    _opened("prod", "half_of_the_world", 27017, 'cidr_ipv4 = "128.0.0.0/1"', "XYZ601"),
    _opened("prod", "ssh", 22, 'cidr_ipv4 = "0.0.0.0/0"', "CKV_AWS_24"),
    _opened("dev", "ssh", 22, 'cidr_ipv6 = "::/0"', "XYZ602"),  # checkov's does not see it
    _opened("staging", "remote_desktop", 3389, 'cidr_ipv4 = "0.0.0.0/0"', "CKV_AWS_25"),
    _opened("staging", "something", 8080, 'cidr_ipv4 = "0.0.0.0/0"', "XYZ603"),
    Fault(
        "the cache is open to everyone",
        _GROUPS.format("prod"),
        instead(
            "aws_vpc_security_group_ingress_rule.cache_from_application",
            "referenced_security_group_id = aws_security_group.application.id",
            'cidr_ipv4 = "0.0.0.0/0"',
        ),
        (header("aws_vpc_security_group_ingress_rule.cache_from_application"), "cidr_ipv4"),
        ("XYZ601",),
    ),
    Fault(
        "Redshift's port is open, by the older kind of rule",
        _GROUPS.format("dev"),
        more(
            'resource "aws_security_group_rule" "redshift" {\n'
            "  security_group_id = aws_security_group.database.id\n"
            '  description       = "Open"\n  type              = "ingress"\n  protocol          = "tcp"\n'
            '  from_port         = 5439\n  to_port           = 5439\n  cidr_blocks       = ["0.0.0.0/0"]\n}'
        ),
        (header("aws_security_group_rule.redshift"), "cidr_blocks"),
        ("XYZ601",),
    ),
    Fault(
        "every port is open, within the group",
        _GROUPS.format("dev"),
        put(
            "aws_security_group.cache",
            '  ingress {\n    description      = "Open"\n    protocol         = "-1"\n    from_port        = 0\n'
            '    to_port          = 0\n    ipv6_cidr_blocks = ["::/0"]\n  }',
        ),
        (header("aws_security_group.cache"), "ipv6_cidr_blocks"),
        ("CKV_AWS_277",),
    ),
    Fault(
        "the second of a group's rules lets everyone in",
        _GROUPS.format("staging"),
        put("aws_security_group.cache", f"{_ingress(22, '10.16.0.0/16')}\n{_ingress(22, '0.0.0.0/0')}"),
        (header("aws_security_group.cache"), "cidr_blocks", "cidr_blocks"),
        ("CKV_AWS_24",),
    ),
    Fault(
        "checkov tells the first that is open, and we the second",
        _GROUPS.format("prod"),
        put("aws_security_group.endpoints", f"{_ingress(22, '0.0.0.0/0')}\n{_ingress(5900, '0.0.0.0/0')}"),
        (header("aws_security_group.endpoints"), "cidr_blocks", "cidr_blocks"),
        ("XYZ602",),
    ),
    Fault(
        "everything may go out",
        _GROUPS.format("prod"),
        more(
            'resource "aws_vpc_security_group_egress_rule" "all" {\n'
            "  security_group_id = aws_security_group.application.id\n"
            '  description       = "Out"\n  cidr_ipv4         = "0.0.0.0/0"\n  ip_protocol       = "-1"\n}'
        ),
        (header("aws_vpc_security_group_egress_rule.all"), "cidr_ipv4"),
        ("XYZ604",),
    ),
    Fault(
        "the database's group says nothing of itself",
        _GROUPS.format("staging"),
        gone("aws_security_group.database", "description"),
        (header("aws_security_group.database"),),
        ("CKV_AWS_23",),
    ),
    Fault(
        "the default group lets its members talk",
        _NETWORK.format("prod"),
        put(
            "aws_default_security_group.this",
            "  ingress {\n    protocol  = -1\n    self      = true\n    from_port = 0\n    to_port   = 0\n  }",
        ),
        (header("aws_vpc.this"),),
        ("CKV2_AWS_12",),
    ),
    Fault(
        "what starts in a subnet gets a public address",
        _NETWORK.format("prod"),
        put("aws_subnet.application", "  map_public_ip_on_launch = true"),
        (header("aws_subnet.application"), "map_public_ip_on_launch"),
        ("CKV_AWS_130",),
    ),
    Fault(
        "nobody sees who talked to whom",
        "modules/staging/vpc/flow_logs.tf",
        whole("aws_flow_log.this"),
        (header("aws_vpc.this"),),
        ("CKV2_AWS_11",),
        "modules/staging/vpc/main.tf",
    ),
]
