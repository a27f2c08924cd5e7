"""Operation: what runs is watched, its logs end, its names are taken, and what fails is kept."""

from xyztf.rules.operation.alarms import AlarmOnNothing, AlarmTellsNobody, NothingWatches
from xyztf.rules.operation.expected import MissingAlarm
from xyztf.rules.operation.failures import FailuresAreLost, RedriveLoop
from xyztf.rules.operation.logs import LogsKeptForever, UnmanagedLogGroup
from xyztf.rules.operation.names import RefusedName, Untagged
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (
    NothingWatches,
    MissingAlarm,
    AlarmOnNothing,
    AlarmTellsNobody,
    LogsKeptForever,
    UnmanagedLogGroup,
    Untagged,
    RefusedName,
    FailuresAreLost,
    RedriveLoop,
)
