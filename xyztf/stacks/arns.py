"""ARNs of what an environment names itself."""

from __future__ import annotations

from dataclasses import dataclass

from xyztf.environment.model import Environment
from xyztf.facts.regions import partition
from xyztf.stacks.names import Names


@dataclass(frozen=True, slots=True)
class Arns:
    """Builds the ARNs of one environment's things from names. Each method takes the name as `Names` gives it."""

    partition: str
    account_id: str
    primary_region: str
    names: Names

    @classmethod
    def of(cls, env: Environment) -> Arns:
        """The ARNs of `env`."""
        return cls(partition(env.primary_region), env.account_id, env.primary_region, Names.of(env))

    def _arn(self, service: str, region: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{region}:{self.account_id}:{resource}"

    @property
    def account_root(self) -> str:
        """The account as a principal."""
        return self._arn("iam", "", "root")

    def role(self, purpose: str) -> str:
        """The role that the global stack creates for `purpose`."""
        return self._arn("iam", "", f"role/{self.names.thing(purpose)}")

    @property
    def primary_database(self) -> str:
        """The source of the replicas."""
        return self._arn("rds", self.primary_region, f"db:{self.names.database}")

    def replica_database(self, region: str) -> str:
        """The replica in `region`, whether promoted or not."""
        return self._arn("rds", region, f"db:{self.names.replica(region)}")

    def database_user(self, region: str, user: str) -> str:
        """A database user for rds-db:connect, on any instance: AWS numbers the instances."""
        return self._arn("rds-db", region, f"dbuser:*/{user}")

    def cache(self, region: str) -> str:
        """The replication group in `region`."""
        return self._arn("elasticache", region, f"replicationgroup:{self.names.cache}")

    def cache_user(self, region: str, user: str) -> str:
        """A cache user in `region`; `user` is its full id."""
        return self._arn("elasticache", region, f"user:{user}")

    def stream(self, name: str) -> str:
        """The stream that the environment calls `name`."""
        return self._arn("kinesis", self.primary_region, f"stream/{self.names.thing(name)}")

    def table(self, name: str) -> str:
        """The table that the environment calls `name`."""
        return self._arn("dynamodb", self.primary_region, f"table/{self.names.thing(name)}")

    def queue(self, queue: str) -> str:
        """An SQS queue by its full name, in the primary region."""
        return self._arn("sqs", self.primary_region, queue)

    def function(self, function: str) -> str:
        """A Lambda function by its full name, in the primary region."""
        return self._arn("lambda", self.primary_region, f"function:{function}")

    def keys(self, region: str) -> str:
        """Any KMS key of `region`: AWS numbers them, and policies narrow them down by alias."""
        return self._arn("kms", region, "key/*")

    def network(self, region: str) -> str:
        """Anything of EC2's in `region`, as Lambda wants it for its network interfaces."""
        return self._arn("ec2", region, "*/*")

    def topic(self, region: str) -> str:
        """The alarm topic of `region`."""
        return self._arn("sns", region, self.names.topic)

    def log_group(self, region: str, log_group: str) -> str:
        """A log group by its full name."""
        return self._arn("logs", region, f"log-group:{log_group}")

    def secret(self, region: str, secret: str) -> str:
        """A secret by its full name; AWS appends six characters of its own, hence the question marks."""
        return self._arn("secretsmanager", region, f"secret:{secret}-??????")
