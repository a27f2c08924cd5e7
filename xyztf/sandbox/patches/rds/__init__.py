"""RDS for MySQL: instances, replicas in other regions and their promotion, and the groups that instances need.

The gaps, and how each shows:

- All instances have one `dbi_resource_id`, by which the provider reads: with two instances it finds two, or the wrong
  one.
- Performance Insights, `database_insights_mode`, `engine_lifecycle_support` and `network_type` are not kept: the second
  plan turns them on again. A gp3 volume has neither iops nor throughput. A changed port is ignored.
- A replica is a shallow copy of its source, with the source's tags, groups, backups and even lists: a log export of one
  is one of the other. Deleting a replica in another region fails with a 500.
- A promoted replica keeps its source: the second plan promotes it again.
- Parameters lack `Source = "user"`, so that the plan never becomes empty; the reset of parameters is missing.
- Option groups stop at MySQL 8.0.
- Changing a subnet group deletes it. Event subscriptions cannot be changed.
- Moto takes what AWS refuses: see `refusals`.

The maintenance window is always now: what `apply_immediately = false` puts off is done at once.
"""

from __future__ import annotations

from xyztf.sandbox.patches.rds import groups, instances


def install() -> None:
    """Change moto's RDS, once."""
    instances.install()
    groups.install()
