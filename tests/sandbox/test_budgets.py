"""Budgets: subscribers, changes and tags."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ARN = f"arn:aws:budgets::{ACCOUNT}:budget/monthly"
BUDGET = {
    "BudgetName": "monthly",
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "100", "Unit": "USD"},
}
NOTIFICATION = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
ONE = {"SubscriptionType": "EMAIL", "Address": "one@example.com"}
TWO = {"SubscriptionType": "EMAIL", "Address": "two@example.com"}
ASKED = {"AccountId": ACCOUNT, "BudgetName": "monthly", "Notification": NOTIFICATION}


@pytest.fixture
def budgets(aws):
    client = aws.client("budgets")
    client.create_budget(
        AccountId=ACCOUNT,
        Budget=BUDGET,
        NotificationsWithSubscribers=[{"Notification": NOTIFICATION, "Subscribers": [ONE]}],
        ResourceTags=[{"Key": "Owner", "Value": "me"}],
    )
    return client


def subscribers(client, **changed):
    return client.describe_subscribers_for_notification(**{**ASKED, **changed})["Subscribers"]


def test_subscribers_come_and_go(budgets):
    assert subscribers(budgets) == [ONE]
    budgets.create_subscriber(**ASKED, Subscriber=TWO)
    assert subscribers(budgets) == [ONE, TWO]
    budgets.delete_subscriber(**ASKED, Subscriber=ONE)
    budgets.update_subscriber(**ASKED, OldSubscriber=TWO, NewSubscriber=ONE)
    assert subscribers(budgets) == [ONE]


def test_nobody_is_told_twice(budgets):
    with pytest.raises(ClientError, match="DuplicateRecordException"):
        budgets.create_subscriber(**ASKED, Subscriber=ONE)


@pytest.mark.parametrize("unknown", [{"BudgetName": "yearly"}, {"Notification": {**NOTIFICATION, "Threshold": 1.0}}])
def test_what_is_not_there_is_not_found(budgets, unknown):
    with pytest.raises(ClientError, match="NotFoundException"):
        subscribers(budgets, **unknown)


def test_a_notification_that_changes_keeps_its_subscribers(budgets):
    new = {**NOTIFICATION, "Threshold": 90.0}
    budgets.update_notification(
        AccountId=ACCOUNT, BudgetName="monthly", OldNotification=NOTIFICATION, NewNotification=new
    )
    assert subscribers(budgets, Notification=new) == [ONE]


def test_a_budget_that_changes_keeps_its_notifications_and_its_period(budgets):
    before = budgets.describe_budget(AccountId=ACCOUNT, BudgetName="monthly")["Budget"]
    budgets.update_budget(AccountId=ACCOUNT, NewBudget={**BUDGET, "BudgetLimit": {"Amount": "200", "Unit": "USD"}})
    after = budgets.describe_budget(AccountId=ACCOUNT, BudgetName="monthly")["Budget"]
    assert after["BudgetLimit"]["Amount"] == "200"
    assert after["TimePeriod"] == before["TimePeriod"]
    assert subscribers(budgets) == [ONE]


def test_tags_are_kept_and_changed(budgets):
    budgets.tag_resource(ResourceARN=ARN, ResourceTags=[{"Key": "Team", "Value": "a"}])
    budgets.untag_resource(ResourceARN=ARN, ResourceTagKeys=["Owner"])
    assert budgets.list_tags_for_resource(ResourceARN=ARN)["ResourceTags"] == [{"Key": "Team", "Value": "a"}]


@pytest.mark.upstream
@pytest.mark.parametrize(
    "call",
    [
        f"describe_subscribers_for_notification(**{ASKED})",
        f"create_subscriber(**{ASKED}, Subscriber={TWO})",
        f"update_subscriber(**{ASKED}, OldSubscriber={ONE}, NewSubscriber={TWO})",
        f"delete_subscriber(**{ASKED}, Subscriber={ONE})",
        f"update_notification(AccountId='{ACCOUNT}', BudgetName='monthly', OldNotification={NOTIFICATION}, "
        f"NewNotification={NOTIFICATION})",
        f"update_budget(AccountId='{ACCOUNT}', NewBudget={BUDGET})",
        f"list_tags_for_resource(ResourceARN='{ARN}')",
        f"tag_resource(ResourceARN='{ARN}', ResourceTags=[])",
        f"untag_resource(ResourceARN='{ARN}', ResourceTagKeys=['a'])",
    ],
    ids=lambda call: call.partition("(")[0],
)
def test_moto_still_lacks(unpatched, call):
    assert "NotImplementedError" in unpatched(f"client('budgets').{call}")


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    budget = stack("budgets")
    budget.apply()
    assert budget.plan() == ""
    changed = ("-var=limit=200", '-var=addresses=["a@example.com", "b@example.com"]')
    assert budget.actions(*changed) == {"aws_budgets_budget.this": ["update"]}
    budget.apply(*changed)
    assert budget.plan(*changed) == ""
    budget.destroy()
    assert aws.client("budgets").describe_budgets(AccountId=ACCOUNT)["Budgets"] == []
    assert aws.unsupported() == []
