"""Budgets: what follows after a budget was created.

- DescribeSubscribersForNotification is missing: an apply fails right after the budget was made.
- CreateSubscriber, UpdateSubscriber, DeleteSubscriber and UpdateNotification are missing.
- UpdateBudget is missing: another limit cannot be applied.
- ListTagsForResource, TagResource and UntagResource are missing, and CreateBudget forgets its tags: the second plan
  adds them again.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.budgets.exceptions import DuplicateRecordException, NotFoundException
from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse

from xyztf.sandbox.patches import add, replace

IDENTITY = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
"""What tells one notification of a budget from another."""


def install() -> None:
    """Install the patch."""
    replace(BudgetsResponse, "create_budget", _with_tags)
    add(
        BudgetsResponse,
        create_subscriber,
        delete_subscriber,
        describe_subscribers_for_notification,
        list_tags_for_resource,
        tag_resource,
        untag_resource,
        update_budget,
        update_notification,
        update_subscriber,
    )


def _with_tags(original: Any) -> Any:
    def create_budget(self: Any) -> str:
        done: str = original(self)
        _budget(self).tags = {tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags", [])}
        return done

    return create_budget


def update_budget(self: Any) -> str:
    """Replace all of the budget but its notifications."""
    new = self._get_param("NewBudget")
    old = _find(self, new["BudgetName"])
    kept = {name: old.budget[name] for name in ("TimePeriod",)}
    old.budget = Budget({**kept, **new}, []).budget
    return json.dumps({})


def update_notification(self: Any) -> str:
    """Change a notification; it keeps its subscribers."""
    _notification(self, "OldNotification").details = self._get_param("NewNotification")
    return json.dumps({})


def describe_subscribers_for_notification(self: Any) -> str:
    """Who is told."""
    return json.dumps({"Subscribers": _notification(self).subscribers})


def create_subscriber(self: Any) -> str:
    """Tell one more."""
    subscribers, subscriber = _notification(self).subscribers, self._get_param("Subscriber")
    if subscriber in subscribers:
        raise DuplicateRecordException(record_type="subscriber", record_name=subscriber["Address"])
    subscribers.append(subscriber)
    return json.dumps({})


def update_subscriber(self: Any) -> str:
    """Tell another one instead."""
    subscribers = _notification(self).subscribers
    subscribers[_index(subscribers, self._get_param("OldSubscriber"))] = self._get_param("NewSubscriber")
    return json.dumps({})


def delete_subscriber(self: Any) -> str:
    """Tell one no more."""
    subscribers = _notification(self).subscribers
    del subscribers[_index(subscribers, self._get_param("Subscriber"))]
    return json.dumps({})


def list_tags_for_resource(self: Any) -> str:
    """The tags of a budget, which is named by its ARN."""
    return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in _tags(self).items()]})


def tag_resource(self: Any) -> str:
    """Add tags, or change them."""
    _tags(self).update({tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags")})
    return json.dumps({})


def untag_resource(self: Any) -> str:
    """Remove tags."""
    for key in self._get_param("ResourceTagKeys"):
        _tags(self).pop(key, None)
    return json.dumps({})


def _budget(response: Any) -> Any:
    """The budget that a call is about."""
    return _find(response, response._get_param("BudgetName") or response._get_param("Budget")["BudgetName"])


def _find(response: Any, name: str) -> Any:
    found = response.backend.budgets[response.current_account].get(name)
    if found is None:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return found


def _notification(response: Any, parameter: str = "Notification") -> Any:
    wanted = _identity(response._get_param(parameter))
    for notification in _budget(response).notifications:
        if _identity(notification.details) == wanted:
            return notification
    raise NotFoundException("Unable to get the notification - the notification doesn't exist.")


def _identity(details: dict[str, Any]) -> list[Any]:
    return [details.get(name, "PERCENTAGE") for name in IDENTITY]


def _index(subscribers: Any, subscriber: dict[str, str]) -> int:
    if subscriber not in subscribers:
        raise NotFoundException("Unable to find the subscriber - the subscriber doesn't exist.")
    return int(subscribers.index(subscriber))


def _tags(response: Any) -> dict[str, str]:
    budget = _find(response, response._get_param("ResourceARN").partition(":budget/")[2])
    budget.tags = getattr(budget, "tags", {})
    return budget.tags  # type: ignore[no-any-return]
