"""Who may reach what: the network's rules beyond their own examples."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.rules.describe import MARK
from xyztf.rules.network import RULES
from xyztf.rules.network.texts import why_not
from xyztf.rules.run import run

ALL = [rule() for rule in RULES]


@pytest.fixture
def found(stacks_of):
    """What a text gives: rule, file, line and severity."""

    def look(text: str = "", context=None, **files: str) -> list[tuple[str, int]]:
        named = {name.replace("__", "/") + ".tf": body for name, body in files.items()}
        seen = run(ALL, stacks_of({"main.tf": text, **named}, context))
        look.last = seen
        return [(each.rule, each.location.line) for each in seen]

    return look


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_bad_example_is_found_where_it_is_marked(rule, stacks_of):
    files = {**rule.files, "main.tf": rule.bad}
    wanted = {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate(text.split("\n"), 1)
        if line.endswith(MARK)
    }
    assert wanted
    assert {(one.location.file, one.location.line) for one in run([rule], stacks_of(files, rule.context))} == wanted


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_nothing_of_the_family_is_found_in_a_good_example(rule, stacks_of):
    files = {name: text.replace(MARK, "") for name, text in {**rule.files, "main.tf": rule.good}.items()}
    assert run(ALL, stacks_of(files, rule.context)) == []


def test_the_ids_are_of_the_family_and_each_once():
    ids = [rule.id for rule in RULES]
    assert sorted(set(ids)) == sorted(ids)
    assert all(each.startswith("XYZ6") for each in ids)


GROUP = 'resource "aws_security_group" "this" {\n  name        = "a"\n  description = "A"\n%s}\n'
RULE = """\
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = var.group
  description       = "A"
  ip_protocol       = "%s"
  from_port         = %s
  to_port           = %s
  cidr_ipv4         = "%s"
}
"""


@pytest.mark.parametrize(
    ("protocol", "first", "last", "range_", "wanted"),
    [
        ("tcp", 3306, 3306, "0.0.0.0/0", {"XYZ601"}),
        ("6", 6000, 7000, "0.0.0.0/0", {"XYZ601"}),
        ("tcp", 6379, 6379, "128.0.0.0/1", {"XYZ601"}),
        ("tcp", 6379, 6379, "8.0.0.0/7", {"XYZ601"}),
        ("tcp", 6379, 6379, "10.0.0.0/8", set()),
        ("tcp", 20, 25, "0.0.0.0/0", {"XYZ602"}),
        ("tcp", 0, 65535, "0.0.0.0/0", {"XYZ601", "XYZ602"}),
        ("tcp", 8080, 8080, "0.0.0.0/0", {"XYZ603"}),
        ("udp", 5432, 5432, "0.0.0.0/0", {"XYZ603"}),
        ("udp", 11211, 11211, "0.0.0.0/0", {"XYZ601"}),
        ("icmp", -1, -1, "0.0.0.0/0", set()),
        ("tcp", "var.port", "var.port", "0.0.0.0/0", set()),
        ("${var.protocol}", 22, 22, "0.0.0.0/0", set()),
        ("tcp", 22, 22, "${var.range}", set()),
    ],
)
def test_what_everyone_may_reach(found, protocol, first, last, range_, wanted):
    unknown = 'variable "port" {\n}\nvariable "protocol" {\n}\nvariable "range" {\n}\n'
    assert {rule for rule, _ in found(RULE % (protocol, first, last, range_) + unknown)} == wanted


def test_the_service_is_named(found):
    found(RULE % ("tcp", 5432, 5432, "0.0.0.0/0"))
    assert "5432 (PostgreSQL)" in found.last[0].message


def test_a_group_with_its_rules_as_a_list(found):
    text = (
        GROUP
        % """\
  ingress = [
    {
      description = "A"
      protocol    = "tcp"
      from_port   = 6379
      to_port     = 6379
      cidr_blocks = ["0.0.0.0/0"]
    },
  ]
"""
    )
    assert found(text) == [("XYZ601", 10)]


DYNAMIC = """\
  dynamic "ingress" {
    for_each = %s
    content {
      description = "A"
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
"""


def test_a_dynamic_block_is_expanded(found):
    assert found(GROUP % (DYNAMIC % "[443, 5432]")) == [("XYZ601", 11), ("XYZ603", 11)]


def test_a_dynamic_block_that_is_unknown_hides_no_other(found):
    plain = '  ingress {\n    description = "A"\n    protocol = "-1"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n'
    text = GROUP % (DYNAMIC % "var.ports" + plain) + 'variable "ports" {\n}\n'
    assert found(text) == [("XYZ601", 17), ("XYZ602", 17)]


def test_the_web_on_a_group_without_a_load_balancer_is_a_note(found):
    found(RULE % ("tcp", 443, 443, "0.0.0.0/0"))
    assert [(each.rule, str(each.severity)) for each in found.last] == [("XYZ603", "note")]


ACL = """\
resource "aws_network_acl_rule" "this" {
  network_acl_id = var.acl
  rule_number    = 1
  rule_action    = "%s"
  egress         = %s
  protocol       = "%s"
  from_port      = %s
  to_port        = %s
  cidr_block     = "0.0.0.0/0"
}
"""


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("allow", "false", "tcp", 22, 22), ["XYZ602"]),
        (("deny", "false", "tcp", 22, 22), []),
        (("allow", "true", "tcp", 22, 22), []),
        (("allow", "false", "tcp", 1024, 65535), []),
        (("allow", "false", "-1", 0, 0), []),
    ],
)
def test_network_acls_let_answers_in(found, arguments, wanted):
    assert [rule for rule, _ in found(ACL % arguments)] == wanted


VPC = """\
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_flow_log" "this" {
  vpc_id = aws_vpc.this.id
}
"""
SUBNETS = """\
resource "aws_subnet" "this" {
  for_each = %s

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value
}
"""


def test_subnets_of_for_each_overlap(found):
    assert found(VPC + SUBNETS % '{ a = "10.0.0.0/24", b = "10.0.0.0/25" }') == [("XYZ622", 13)]
    assert found(VPC + SUBNETS % '{ a = "10.0.0.0/24", b = "10.0.1.0/25" }') == []


def test_subnets_of_different_vpcs_do_not_overlap(found):
    one = 'resource "aws_subnet" "%s" {\n  vpc_id     = var.%s\n  cidr_block = "10.0.0.0/24"\n}\n'
    assert found(one % ("a", "one") + one % ("b", "two")) == []
    assert found(one % ("a", "one") + one % ("b", "one")) == [("XYZ622", 7)]


def test_alternatives_do_not_overlap(found):
    one = 'resource "aws_subnet" "%s" {\n  count  = var.x ? %s\n  vpc_id = var.v\n  cidr_block = "10.0.0.0/24"\n}\n'
    assert found(one % ("a", "1 : 0") + one % ("b", "0 : 1") + 'variable "x" {\n}\n') == []


def test_a_range_that_is_associated_is_the_vpcs(found):
    kind = "aws_vpc_ipv4_cidr_block_association"
    more = f'resource "{kind}" "this" {{\n  vpc_id     = aws_vpc.this.id\n  cidr_block = %s\n}}\n'
    outside = VPC + SUBNETS % '{ a = "10.9.0.0/24" }'
    assert found(outside) == [("XYZ623", 13)]
    assert found(outside + more % '"10.9.0.0/16"') == []
    assert found(outside + more % "var.more") == []
    assert found(outside + more % '"10.8.0.0/16"') == [("XYZ623", 13)]


def test_vpcs_of_two_stacks_are_shown_where_their_ranges_are_written(found):
    call = 'module "vpc" {\n  source = "../../modules/vpc"\n  range  = "10.0.0.0/16"\n}\n'
    module = 'variable "range" {\n}\n' + VPC.replace('"10.0.0.0/16"', "var.range")
    seen = found("", env__dev__main=call, env__prod__main=call, modules__vpc__main=module)
    assert seen == [("XYZ624", 3)]
    assert found.last[0].location.file == "env/prod/main.tf"
    assert "env/dev/main.tf:3" in found.last[0].message


def test_examples_beside_each_other_are_not_one_project(found):
    assert found("", examples__a__main=VPC, examples__b__main=VPC) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.0.0.0/16", False),
        ("10.0.0.1/16", True),
        ("10.0.0.0", True),
        ("10.0.0.0/33", True),
        ("10.0.0.0/8", True),
        ("2001:db8::/56", True),
        ("ten", True),
        ("${var.range}", False),
    ],
)
def test_texts_that_are_no_range(found, text, wanted):
    subnet = f'resource "aws_subnet" "this" {{\n  vpc_id     = var.vpc\n  cidr_block = "{text}"\n}}\n'
    assert ("XYZ621" in {rule for rule, _ in found(subnet)}) is wanted


PLACED = """\
resource "aws_subnet" "one" {
  count             = 2
  vpc_id            = var.vpc
  availability_zone = ["a", "b"][count.index]
}

resource "aws_route_table" "one" {
  vpc_id = var.vpc
}

resource "aws_route" "one" {
  count          = %s
  route_table_id = aws_route_table.one.id
  gateway_id     = aws_internet_gateway.one.id
}

resource "aws_internet_gateway" "one" {
  vpc_id = var.vpc
}

resource "aws_route_table_association" "one" {
  count          = 2
  subnet_id      = aws_subnet.one[count.index].id
  route_table_id = aws_route_table.one.id
}

output "ids" {
  value = aws_subnet.one[*].id
}
"""
DATABASE = 'variable "ids" {\n}\nresource "aws_db_subnet_group" "this" {\n  subnet_ids = var.ids\n}\n'
CALLS = """\
module "network" {
  source = "./network"
}

module "database" {
  source = "./database"
  ids    = module.network.ids
}
"""


@pytest.mark.parametrize(("count", "wanted"), [("1", [("XYZ631", 4)]), ("0", []), ("var.n", [])])
def test_a_public_subnet_is_found_through_routes_and_modules(found, count, wanted):
    assert found(CALLS, network__main=PLACED % count, database__main=DATABASE) == wanted


@pytest.mark.parametrize(
    ("ids", "wanted"),
    [
        ("[aws_subnet.a.id]", ["XYZ632"]),
        ("[aws_subnet.a.id, aws_subnet.b.id]", ["XYZ632"]),
        ("[aws_subnet.a.id, aws_subnet.c.id]", []),
        ("[aws_subnet.a.id, var.other]", []),
        ('[aws_subnet.a.id, "subnet-0123"]', []),
        ("concat([aws_subnet.a.id], data.aws_subnets.more.ids)", []),
    ],
)
def test_groups_of_one_zone(found, ids, wanted):
    subnet = 'resource "aws_subnet" "%s" {\n  vpc_id            = var.vpc\n  availability_zone = "%s"\n}\n'
    text = subnet % ("a", "one") + subnet % ("b", "one") + subnet % ("c", "two")
    assert [
        rule for rule, _ in found(text + f'resource "aws_db_subnet_group" "x" {{\n  subnet_ids = {ids}\n}}\n')
    ] == wanted


def test_a_choice_that_is_not_known_is_not_judged(found):
    subnet = 'resource "aws_subnet" "%s" {\n  vpc_id                  = var.vpc\n  map_public_ip_on_launch = %s\n}\n'
    text = subnet % ("public", "true") + subnet % ("private", "false") + 'variable "public" {\n%s}\n'
    chosen = "var.public ? aws_subnet.public[*].id : aws_subnet.private[*].id"
    group = f'resource "aws_db_subnet_group" "x" {{\n  subnet_ids = {chosen}\n}}\n'
    assert found(text % "" + group) == []
    assert "XYZ631" in {rule for rule, _ in found(text % "  default = true\n" + group)}
    assert "XYZ631" not in {rule for rule, _ in found(text % "  default = false\n" + group)}


@given(st.ip_addresses(v=4), st.integers(1, 32))
def test_a_range_is_taken_exactly_without_host_bits(address, length):
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    assert why_not(str(network), six=False, sizes=None) is None
    assert (why_not(f"{address}/{length}", six=False, sizes=None) is None) is (network.network_address == address)


@given(st.ip_addresses(v=6), st.integers(1, 128))
def test_an_ipv6_range_may_be_written_in_any_spelling(address, length):
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    assert why_not(f"{network.network_address.exploded}/{length}", six=True, sizes=None) is None
    assert why_not(str(network), six=False, sizes=None) is not None
