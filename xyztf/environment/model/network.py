"""Address ranges, zones, and the ways in and out of a region's VPC."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from xyztf.environment.model.parts import Part


def _is_network(value: str) -> str:
    try:
        network = IPv4Network(value, strict=False)
    except ValueError as error:
        raise ValueError(f"{error}: expected an address range, such as 10.0.0.0/16") from None
    if str(network) != value:
        raise ValueError(f"expected the first address of the range and its length: {network}")
    return value


Cidr = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"), AfterValidator(_is_network)
]
Zone = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]
EndpointService = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")]


class Subnets(Part):
    """The ranges of each tier, one per zone, in the order of the zones."""

    database: list[Cidr] = Field(min_length=2)
    cache: list[Cidr] = Field(min_length=2)
    application: list[Cidr] = Field(min_length=2)
    public: list[Cidr] = []


class RegionNetwork(Part):
    """What differs from region to region: where it lies in the address plan."""

    cidr: Cidr
    """The region's VPC range, /16 to /24. Ranges of an environment's regions must not overlap."""
    availability_zones: list[Zone] | None = Field(default=None, min_length=2, max_length=4)
    """Zones to use. Default: the region's first two."""
    subnets: Subnets | None = None
    """Ranges per tier. Default: cut from the region's range in order: database, cache, application, public."""


class Network(Part):
    """What all regions of the environment have in common."""

    nat: Literal["none", "single", "per_zone"] = "none"
    """Gateways through which private subnets reach the internet. `none` keeps the VPC closed."""
    public_subnets: bool = False
    """Subnets with a route to the internet gateway. Implied by `nat`."""
    interface_endpoints: list[EndpointService] = ["secretsmanager"]
    """AWS services reached privately, by the last part of the endpoint's name (kms, logs, sqs ...)."""
