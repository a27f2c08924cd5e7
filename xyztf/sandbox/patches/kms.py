"""KMS: replicas of keys in other regions.

A replica shares its configuration, aliases and grants with the primary key: an alias of the one appears at the other,
and each says of itself that it is a replica.

https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from moto.kms.models import KmsBackend

from xyztf.sandbox.patches import replace


def install() -> None:
    """Install the patch."""
    replace(KmsBackend, "replicate_key", _apart)


def _apart(original: Any) -> Any:
    def replicate_key(self: Any, key_id: str, replica_region: str) -> Any:
        replica = original(self, self.get_key_id(key_id), replica_region)
        replica.aliases, replica.grants, replica.rotations = {}, {}, []
        configuration = deepcopy(replica.multi_region_configuration)
        replica.multi_region_configuration = {**configuration, "MultiRegionKeyType": "REPLICA"}
        return replica

    return replicate_key
