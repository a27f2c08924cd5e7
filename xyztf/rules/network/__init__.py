"""Network: who may reach what, addresses that do not meet, and databases away from the internet."""

from xyztf.rules.network.addresses import PublicAddresses, SubnetOutsideVpc, SubnetsOverlap, VpcsOverlap
from xyztf.rules.network.groups import EverythingOut, GroupWithoutDescription, RuleWithoutDescription
from xyztf.rules.network.ingress import AdministrationOpen, AnythingOpen, DatabaseOpen
from xyztf.rules.network.placement import DatabaseInPublicSubnet, OneZone
from xyztf.rules.network.texts import NotARange
from xyztf.rules.network.vpcs import DefaultVpc, NoFlowLogs
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (
    DatabaseOpen,
    AdministrationOpen,
    AnythingOpen,
    EverythingOut,
    GroupWithoutDescription,
    RuleWithoutDescription,
    NotARange,
    SubnetsOverlap,
    SubnetOutsideVpc,
    VpcsOverlap,
    PublicAddresses,
    DatabaseInPublicSubnet,
    OneZone,
    DefaultVpc,
    NoFlowLogs,
)
