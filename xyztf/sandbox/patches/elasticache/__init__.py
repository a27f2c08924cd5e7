"""ElastiCache for Redis OSS and Valkey: replication groups with their nodes, users, and the groups that they need.

The gaps, and how each shows:

- The nodes of a replication group are not stored, and the provider reads most settings from the first of them: an apply
  ends with "Cache cluster ... not found".
- Cluster mode is not taken from the parameter group; `num_cache_clusters` is ignored; one shard has a third of the
  slots; there is no reader endpoint; zones are those of us-east-1.
- A change of a replication group keeps seven settings and drops the others; numbers of shards and replicas cannot be
  changed. A deleted one stays for ever as "deleting", and its final snapshot is not made.
- Parameter groups and user groups are absent; users and subnet groups cannot be changed, subnet groups not deleted.
- ARNs of parameter groups and user groups are refused for tags, and a new thing has the tags of a deleted one.
- Moto takes what AWS refuses: see `refusals`.

The maintenance window is always now: what `apply_immediately = false` puts off is done at once. Which zone a node is in
follows from the subnet group alone; `node_group_configuration` is not looked at.
"""

from __future__ import annotations

from xyztf.sandbox.patches.elasticache import backend, parameter_groups, replication, subnet_groups, users


def install() -> None:
    """Change moto's ElastiCache, once."""
    for part in (backend, parameter_groups, subnet_groups, users, replication):
        part.install()
