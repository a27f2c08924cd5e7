"""What all parts of the model share: strictness, and the small vocabularies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Part(BaseModel):
    """A part of an environment. Unknown keys are refused, and nothing is converted silently (8.4 is not "8.4")."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
"""Lower-case words joined by single hyphens: the strictest of AWS's naming rules (RDS, ElastiCache)."""

ResourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=80)]
"""A stream or table as this environment calls it; project and environment are put in front."""

AttributeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=255)]
"""A DynamoDB attribute."""

IndexName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{3,255}$")]

Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*$", max_length=64)]
"""A Terraform identifier in the style of the language: lower case, underscores."""

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]

DailyWindow = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
]
"""A daily window in UTC, for example 01:00-02:00."""

WEEKLY_WINDOW = (
    r"^([Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un):([01][0-9]|2[0-3]):[0-5][0-9]"
    r"-([Mm]on|[Tt]ue|[Ww]ed|[Tt]hu|[Ff]ri|[Ss]at|[Ss]un):([01][0-9]|2[0-3]):[0-5][0-9]$"
)
"""Letters in full and no (?i), for which \u017fun would be a day too."""

WeeklyWindow = Annotated[str, StringConstraints(to_lower=True, pattern=WEEKLY_WINDOW)]
"""A weekly window in UTC, for example sun:03:00-sun:04:00. Capitals, as AWS's console writes them, become small."""


def _whole(value: object) -> object:
    """To Python true and 1.0 are 1, and a Literal with a 1 in it takes them all."""
    if isinstance(value, bool | float):
        raise ValueError("expected a whole number")
    return value


Number = BeforeValidator(_whole)
"""Beside a Literal of numbers."""

LogRetentionDays = Annotated[
    Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    Number,
]
"""What CloudWatch Logs takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

RetentionDays = Annotated[int, Field(ge=1, le=35)]

ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]*$")]
"""A parameter of a parameter group. Small letters only, so that no other spelling slips past a check."""

Scalar = str | int | float | bool
