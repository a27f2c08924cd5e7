"""Which services listen on which ports: what an open range of ports opens."""

from __future__ import annotations

from collections.abc import Mapping

SOURCE = "https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml"

DATABASES: Mapping[int, str] = {
    1433: "SQL Server",
    1521: "Oracle",
    2181: "ZooKeeper",
    2483: "Oracle",
    2484: "Oracle",
    3306: "MySQL",
    5432: "PostgreSQL",
    5439: "Redshift",
    6379: "Redis and Valkey",
    6380: "Redis and Valkey",
    7000: "Cassandra",
    7001: "Cassandra",
    8086: "InfluxDB",
    8111: "DAX",
    8182: "Neptune",
    9042: "Cassandra",
    9092: "Kafka",
    9094: "Kafka",
    9096: "Kafka",
    9098: "Kafka",
    9142: "Keyspaces",
    9200: "OpenSearch and Elasticsearch",
    9300: "OpenSearch and Elasticsearch",
    11211: "Memcached",
    27017: "MongoDB and DocumentDB",
    33060: "MySQL's X protocol",
}
"""Databases, caches and brokers, by their default port."""

ADMINISTRATION: Mapping[int, str] = {
    22: "SSH",
    23: "Telnet",
    111: "the port mapper",
    135: "Windows RPC",
    139: "NetBIOS",
    445: "SMB",
    2049: "NFS",
    2375: "Docker",
    2376: "Docker",
    2379: "etcd",
    3389: "RDP",
    5900: "VNC",
    5985: "WinRM",
    5986: "WinRM",
    10250: "the kubelet",
}
"""Ways to administer a machine, or to reach its files, by their default port."""

OVER_UDP = frozenset({111, 2049, 3389, 11211})
"""The ports above that are served over UDP too."""


def within(first: int, last: int, services: Mapping[int, str], protocol: str) -> dict[int, str]:
    """The services in a range of ports, by port. Over UDP, only those that are served there."""
    return {
        port: name
        for port, name in services.items()
        if first <= port <= last and (protocol != "udp" or port in OVER_UDP)
    }


def spelt(services: Mapping[int, str]) -> str:
    """The services for a message: `3306 (MySQL), 5432 (PostgreSQL) and 3 more`."""
    shown = [f"{port} ({name})" for port, name in services.items()]
    if len(shown) > 3:
        return f"{', '.join(shown[:3])} and {len(shown) - 3} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def range_of(first: int, last: int) -> str:
    """A range for a message: `port 22`, `ports 0 to 1024`, `all ports`."""
    if first <= 1 and last == 65535:
        return "all ports"
    return f"port {first}" if first == last else f"ports {first} to {last}"
