from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xyztf.facts.ports import Port, service_at, services_in
from xyztf.facts.tables import table

NUMBERS = st.integers(-1, 65535)


@pytest.mark.parametrize(
    ("number", "name", "kind"),
    [
        (22, "SSH", "administration"),
        (3389, "RDP", "administration"),
        (445, "SMB", "administration"),
        (3306, "MySQL", "database"),
        (5432, "PostgreSQL", "database"),
        (5439, "Redshift", "database"),
        (6379, "Redis and Valkey", "database"),
        (11211, "Memcached", "database"),
        (27017, "MongoDB and DocumentDB", "database"),
        (9098, "Kafka", "database"),
    ],
)
def test_services(number: int, name: str, kind: str) -> None:
    found = service_at(number)
    assert found is not None
    assert (found.number, found.name, found.kind) == (number, name, kind)


@pytest.mark.parametrize("number", [0, 25, 53, 80, 443, 8080, 8443, 65535, -1])
def test_ports_that_may_be_open(number: int) -> None:
    assert service_at(number) is None


def test_a_range() -> None:
    assert [port.number for port in services_in(20, 23)] == [22, 23]
    assert [port.number for port in services_in(3306, 3306)] == [3306]
    assert services_in(80, 80) == ()
    assert services_in(443, 80) == ()


def test_all_ports_is_minus_one_twice() -> None:
    assert services_in(-1, -1) == services_in(0, 65535)
    assert len(services_in(-1, -1)) == len(table("ports")["ports"])


def test_only_what_is_served_over_udp_says_so() -> None:
    assert {port.number for port in services_in(0, 65535) if port.udp} == {111, 2049, 3389, 11211}


@given(NUMBERS, NUMBERS)
def test_a_range_holds_what_stands_at_its_ports(first: int, last: int) -> None:
    found = services_in(first, last)
    if (first, last) != (-1, -1):
        assert all(first <= port.number <= last and service_at(port.number) == port for port in found)
    assert list(found) == sorted(found, key=lambda port: port.number)


@pytest.mark.parametrize("port", services_in(0, 65535), ids=lambda port: str(port.number))
def test_every_service_says_why_and_who_says_so(port: Port) -> None:
    assert port.why and not port.why.endswith(".")
    assert port.source.startswith("https://")
    assert port.kind in ("database", "administration")
