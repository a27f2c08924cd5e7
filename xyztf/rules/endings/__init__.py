"""Life cycle: engines, runtimes, instance families and services' versions at or near their end, with the date."""

from xyztf.rules.endings.engines import CacheEngineEnding, DatabaseEngineEnding, RuntimeEnding
from xyztf.rules.endings.instances import InstanceFamilyEnding
from xyztf.rules.endings.services import ServiceVersionEnding
from xyztf.rules.endings.support import ExtendedSupportByDefault
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (
    DatabaseEngineEnding,
    CacheEngineEnding,
    RuntimeEnding,
    InstanceFamilyEnding,
    ExtendedSupportByDefault,
    ServiceVersionEnding,
)
