"""Who is told, what about, and what it may cost."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from xyztf.environment.model.parts import Email, Part


class Alarm(Part):
    """How one alarm of the catalogue (`xyztf/facts/data/alarms.json`) differs from it here."""

    enabled: bool = True
    threshold: int | float | None = None
    evaluation_periods: int | None = Field(default=None, ge=1, le=100)


class Notify(Part):
    """Who is told when an alarm changes or the budget is passed."""

    emails: list[Email] = []


class Budget(Part):
    """A monthly limit for the account; notifications go to `notify`."""

    monthly_usd: int = Field(ge=1)
    alert_at_percent: list[Annotated[int, Field(ge=1, le=1000)]] = [80, 100]


AlarmId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
