"""Functions of address ranges. Source: Terraform 1.11, `internal/lang/funcs/cidr.go`, and the module go-cidr."""

from __future__ import annotations

import ipaddress
import re

from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import string, takes, whole
from xyztf.hcl.values import UNKNOWN, Value

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_MOST_NEW_BITS = 32


def _network(prefix: str) -> _Network | None:
    """The range, its host bits cleared; None for IPv4 within IPv6, which Terraform counts in ways of its own.

    Terraform lets IPv4's numbers begin with zeros, and reads them as decimal. Raises FunctionError.
    """
    address, slash, length = prefix.partition("/")
    if ":" not in address:
        address = _LEADING_ZEROS.sub("", address)
    try:
        if not (slash and length.isascii() and length.isdigit()):
            raise ValueError
        network = ipaddress.ip_network((address, int(length)), strict=False)
    except ValueError:
        raise FunctionError(f"invalid CIDR expression: invalid CIDR address: {prefix}") from None
    if isinstance(network, ipaddress.IPv6Network) and (network.network_address.ipv4_mapped or "." in address):
        return None
    return network


def _written(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int | None = None) -> Value:
    """An address, or a range of it; UNKNOWN for one of IPv4 within IPv6, which Go writes as if it were of IPv4."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return UNKNOWN
    return str(address) if length is None else f"{address}/{length}"


@takes(string, whole)
def _cidrhost(prefix: str, number: int) -> Value:
    network = _network(prefix)
    if network is None:
        return UNKNOWN
    place = number if number >= 0 else network.num_addresses + number
    if not 0 <= place < network.num_addresses:
        raise FunctionError(f"prefix of {network.prefixlen} does not accommodate a host numbered {number}")
    return _written(network.network_address + place)


@takes(string)
def _cidrnetmask(prefix: str) -> Value:
    network = _network(prefix)
    if network is None:
        return UNKNOWN
    if network.version != 4:
        raise FunctionError(f"IPv6 addresses cannot have a netmask: {prefix}")
    return str(network.netmask)


@takes(string, whole, whole)
def _cidrsubnet(prefix: str, bits: int, number: int) -> Value:
    network = _network(prefix)
    if network is None:
        return UNKNOWN
    if bits < 0 or number < 0:
        return UNKNOWN  # Terraform takes them, and gives a range outside of this one
    length = network.prefixlen + bits
    if length > network.max_prefixlen:
        raise FunctionError(f"insufficient address space to extend prefix of {network.prefixlen} by {bits}")
    if number >= 1 << bits:
        raise FunctionError(f"prefix extension of {bits} does not accommodate a subnet numbered {number}")
    return _written(network.network_address + (number << (network.max_prefixlen - length)), length)


@takes(string, rest=whole)
def _cidrsubnets(prefix: str, *extensions: int) -> Value:
    network = _network(prefix)
    if network is None:
        return UNKNOWN
    if extensions and int(network.network_address) == 0:
        raise FunctionError("not enough remaining address space: Terraform cannot count on from address zero")
    free = 0
    result = []
    for bits in extensions:
        length = network.prefixlen + bits
        if bits < 1:
            raise FunctionError("must extend prefix by at least one bit")
        if bits > _MOST_NEW_BITS:
            raise FunctionError(f"may not extend prefix by more than {_MOST_NEW_BITS} bits")
        if length > network.max_prefixlen:
            raise FunctionError(f"would extend prefix to {length} bits, which is too long for an IPv{network.version}")
        size = 1 << (network.max_prefixlen - length)
        start = -(-free // size) * size
        free = start + size
        if free > network.num_addresses:
            raise FunctionError(f"not enough remaining address space for a subnet with a prefix of {length} bits")
        result.append(_written(network.network_address + start, length))
    return result


FUNCTIONS = {
    "cidrhost": _cidrhost,
    "cidrnetmask": _cidrnetmask,
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
}
