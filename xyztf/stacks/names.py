"""Every name of an environment. Computed, never looked up, so that a stack can name what another one creates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xyztf.environment.model import Environment


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one environment's things, all of the form project-environment-thing."""

    project: str
    environment: str
    account_id: str

    @classmethod
    def of(cls, env: Environment) -> Names:
        """The names of `env`."""
        return cls(env.project, env.name, env.account_id)

    @property
    def prefix(self) -> str:
        """What all names start with."""
        return f"{self.project}-{self.environment}"

    def thing(self, name: str) -> str:
        """The full name of a stream, a table, a role or whatever else is called `name` here."""
        return f"{self.prefix}-{name}"

    @property
    def database(self) -> str:
        """The primary's identifier."""
        return self.thing("primary-db")

    def replica(self, region: str) -> str:
        """The identifier of the replica in `region`, whether promoted or not."""
        return self.thing(f"replica-{region}")

    @property
    def database_secret(self) -> str:
        """The secret with the master user's name and password. Slashes group it in the console."""
        return f"{self.project}/{self.environment}/database/admin"

    @property
    def cache(self) -> str:
        """The replication group, called the same in each region."""
        return self.thing("cache")

    def cache_user(self, user: str) -> str:
        """The id and, as IAM authentication wants it, the name of the cache user `user`. Ids take no underscores."""
        return self.thing(re.sub("_+", "-", user).rstrip("-"))

    @property
    def topic(self) -> str:
        """The SNS topic for alarms, called the same in each region."""
        return self.thing("alarms")

    def processor(self, name: str) -> str:
        """The function behind the stream or table `name`."""
        return self.thing(f"{name}-processor")

    def dead_letters(self, name: str) -> str:
        """The queue for what the processor of `name` could not handle."""
        return f"{self.processor(name)}-dlq"

    def key_alias(self, purpose: str) -> str:
        """The alias of the KMS key for `purpose`; policies refer to keys by it, as AWS numbers the keys."""
        return f"alias/{self.prefix}-{purpose}"

    def state_bucket(self, region: str) -> str:
        """The bucket for the state of stacks in `region`; names of buckets are global, hence the account."""
        return f"{self.prefix}-tfstate-{self.account_id}-{region}"

    def state_key(self, stack: str) -> str:
        """Where in its bucket the state of `stack` is."""
        return f"{self.environment}/{stack}/terraform.tfstate"

    @property
    def metric_namespace(self) -> str:
        """Where the functions' own metrics go."""
        return f"{self.project}/{self.environment}"

    @property
    def flow_log_group(self) -> str:
        """Log group of the VPC's flow logs."""
        return f"/aws/vpc/{self.prefix}/flow-logs"

    def database_log_group(self, instance: str, log: str) -> str:
        """Log group to which RDS writes `log` (audit, error, slowquery) of `instance`; RDS fixes its name."""
        return f"/aws/rds/instance/{instance}/{log}"

    def cache_log_group(self, log: str) -> str:
        """Log group for the cache's `log` (engine-log, slow-log)."""
        return f"/aws/elasticache/{self.cache}/{log}"

    def function_log_group(self, function: str) -> str:
        """Log group to which Lambda writes; Lambda fixes its name."""
        return f"/aws/lambda/{function}"
