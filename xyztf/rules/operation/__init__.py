"""Operation: what runs is watched, its logs end, its names are taken, and what fails is kept."""

from xyztf.rules.operation.alarms import AlarmOnNothing, AlarmTellsNobody, MissingAlarm, NothingWatches
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (NothingWatches, MissingAlarm, AlarmOnNothing, AlarmTellsNobody)
