"""Life cycle: engines and runtimes at or near their end, with the date."""

from xyztf.rules.endings.engines import CacheEngineEnding, DatabaseEngineEnding, RuntimeEnding
from xyztf.rules.endings.support import ExtendedSupportByDefault
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (
    DatabaseEngineEnding,
    CacheEngineEnding,
    RuntimeEnding,
    ExtendedSupportByDefault,
)
