"""Address ranges."""

from __future__ import annotations

import ipaddress
from typing import Any

from xyztf.hcl.convert import to_number, to_string
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.values import Value

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: Value) -> Network:
    try:
        return ipaddress.ip_network(to_string(text), strict=False)
    except ValueError:
        raise FunctionError(f"{text} is not an address range") from None


def cidrsubnet(prefix: Value, newbits: Value, number: Value) -> Value:
    """The range with this number among those that are `newbits` longer."""
    network, bits, at = _network(prefix), int(to_number(newbits)), int(to_number(number))
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= at < 2**bits:
        raise FunctionError("there is no such range")
    first = int(network.network_address) + at * 2 ** (network.max_prefixlen - length)
    return f"{type(network.network_address)(first)}/{length}"


def cidrsubnets(prefix: Value, *newbits: Value) -> Value:
    """Ranges one behind the other, each so many bits longer."""
    network = _network(prefix)
    at, found = int(network.network_address), []
    for bits in newbits:
        if to_number(bits) < 1:
            raise FunctionError("a part is smaller than the whole")
        length = network.prefixlen + int(to_number(bits))
        size = 2 ** (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size > int(network.broadcast_address) + 1:
            raise FunctionError("there is no room left")
        found.append(f"{type(network.network_address)(at)}/{length}")
        at += size
    return found


def cidrhost(prefix: Value, number: Value) -> Value:
    """The address with this number in a range; negative ones count from its end."""
    network, at = _network(prefix), int(to_number(number))
    if not -network.num_addresses <= at < network.num_addresses:
        raise FunctionError("there is no such address")
    return str(network[at])


def cidrnetmask(prefix: Value) -> Value:
    """The mask of an IPv4 range."""
    network = _network(prefix)
    if network.version != 4:
        raise FunctionError("only IPv4 has masks")
    return str(network.netmask)


TABLE: dict[str, Any] = {
    "cidrsubnet": cidrsubnet,
    "cidrsubnets": cidrsubnets,
    "cidrhost": cidrhost,
    "cidrnetmask": cidrnetmask,
}
