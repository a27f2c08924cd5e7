"""What a pattern of the model means, in words: for messages, and for the schema that editors show."""

from __future__ import annotations

from xyztf.environment.model.parts import WEEKLY_WINDOW

EXPECTED: dict[str, str] = {
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "lower-case words and digits joined by single hyphens, such as xyz-corp",
    r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$": "lower-case words joined by single hyphens or underscores",
    r"^[A-Za-z][A-Za-z0-9_.-]*$": "an attribute's name: letters, digits, _ . -",
    r"^[A-Za-z0-9_.-]{3,255}$": "an index name of 3 to 255 letters, digits, _ . -",
    r"^[a-z]{2}(-[a-z]+)+-[0-9]$": "an AWS region, such as us-east-1",
    r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$": "an availability zone, such as us-east-1a",
    r"^[0-9]{12}$": "the twelve digits of an AWS account, in quotes",
    r"^[a-z_][a-z0-9_]*$": "a Terraform identifier: lower-case letters, digits, underscores",
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$": "an e-mail address",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$": "a daily window in UTC, such as 01:00-02:00",
    WEEKLY_WINDOW: "a weekly window in UTC, such as sun:03:00-sun:04:00",
    r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$": "an address range, such as 10.0.0.0/16",
    r"^[a-z0-9]+([.-][a-z0-9]+)*$": "the last part of an endpoint's name, such as secretsmanager or ecr.api",
    r"^db\.[a-z0-9-]+\.[a-z0-9-]+$": "an RDS instance class, such as db.r7g.large",
    r"^cache\.[a-z0-9-]+\.[a-z0-9-]+$": "an ElastiCache node type, such as cache.r7g.large",
    r"^[a-z][a-z0-9_]{0,31}$": "a user name: a lower-case letter, then letters, digits, underscores; at most 32",
    r"^[a-z][a-z0-9_]{0,63}$": "a schema name: a lower-case letter, then letters, digits, underscores; at most 64",
    r"^[0-9]+\.[0-9]+(\.[0-9]+)?$": 'a version such as "8.4.10", in quotes',
    r"^[0-9]+\.[0-9]+$": 'a version such as "7.1", in quotes',
    r"^[a-z][a-z0-9_.-]*$": "a parameter's name in small letters",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "the id of an alarm, such as database-cpu",
    r"^[a-z][a-z0-9-]{0,15}$": "a letter, then at most 15 letters, digits, hyphens",
    r"^[A-Za-z0-9 _.:/=+@-]{1,128}$": "a tag key: up to 128 letters, digits, spaces and _ . : / = + - @",
    r"^[A-Za-z0-9 _.:/=+@-]{0,256}$": "a tag value: up to 256 letters, digits, spaces and _ . : / = + - @",
    r"^[a-z][a-z0-9-]*\.[a-z_][a-z0-9_]*$": "module.output, such as vpc.vpc_id",
}
