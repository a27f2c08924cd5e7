"""Consistency: what one stack names is what another creates, once, in one account and in the right region."""

from xyztf.rules.consistency.named import NobodyCreatesIt, ReplicaOfNothing
from xyztf.rules.consistency.places import OtherAccount, OtherRegion
from xyztf.rules.consistency.unique import CreatedTwice
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (NobodyCreatesIt, ReplicaOfNothing, CreatedTwice, OtherRegion, OtherAccount)
