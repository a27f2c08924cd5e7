"""DynamoDB: what AWS refuses of tables on demand, and the tables that our modules make."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

CAPACITY = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
INDEX = {
    "IndexName": "by-kind",
    "KeySchema": [{"AttributeName": "Kind", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
TABLE = {
    "TableName": "things",
    "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("Id", "Kind")],
    "GlobalSecondaryIndexes": [INDEX],
    "BillingMode": "PAY_PER_REQUEST",
}
WITH_CAPACITY = {**TABLE, "GlobalSecondaryIndexes": [{**INDEX, "ProvisionedThroughput": CAPACITY}]}


def test_a_table_on_demand_takes_no_capacity(aws):
    with pytest.raises(ClientError, match="ProvisionedThroughput"):
        aws.client("dynamodb").create_table(**TABLE, ProvisionedThroughput=CAPACITY)


def test_nor_do_its_indexes(aws):
    with pytest.raises(ClientError, match="should not be specified for index: by-kind"):
        aws.client("dynamodb").create_table(**WITH_CAPACITY)


@pytest.mark.parametrize("mode", [{}, {"BillingMode": "PAY_PER_REQUEST"}])
def test_nor_is_any_given_later(aws, mode):
    client = aws.client("dynamodb")
    client.create_table(**TABLE)
    with pytest.raises(ClientError, match="Neither ReadCapacityUnits nor WriteCapacityUnits"):
        client.update_table(TableName="things", ProvisionedThroughput=CAPACITY, **mode)


def test_a_table_on_demand_can_become_one_with_capacity(aws):
    client = aws.client("dynamodb")
    client.create_table(**TABLE)
    client.update_table(TableName="things", BillingMode="PROVISIONED", ProvisionedThroughput=CAPACITY)
    assert client.describe_table(TableName="things")["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_and_the_other_way_round_and_then_has_none(aws):
    client = aws.client("dynamodb")
    client.create_table(**{**WITH_CAPACITY, "BillingMode": "PROVISIONED"}, ProvisionedThroughput=CAPACITY)
    client.update_table(TableName="things", BillingMode="PAY_PER_REQUEST")
    table = client.describe_table(TableName="things")["Table"]
    for part in (table, *table["GlobalSecondaryIndexes"]):
        assert part["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


@pytest.mark.upstream
def test_moto_still_leaves_a_table_on_demand_its_capacity(unpatched):
    script = f"""
d = client("dynamodb")
d.create_table(**{ {**WITH_CAPACITY, "BillingMode": "PROVISIONED"} }, ProvisionedThroughput={CAPACITY})
d.update_table(TableName="things", BillingMode="PAY_PER_REQUEST")
print(d.describe_table(TableName="things")["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"])
"""
    assert unpatched(script).strip() == "5"


@pytest.mark.upstream
def test_moto_still_takes_an_index_with_capacity(unpatched):
    assert "Error" not in unpatched(f"client('dynamodb').create_table(**{WITH_CAPACITY})")


@pytest.mark.upstream
def test_moto_still_takes_capacity_later(unpatched):
    script = f"""
d = client("dynamodb")
d.create_table(**{TABLE})
d.update_table(TableName="things", ProvisionedThroughput={CAPACITY})
"""
    assert "Error" not in unpatched(script)


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    table = stack("dynamodb")
    table.apply()
    assert table.plan() == ""
    for changed in (["-var=protected=true"], ["-var=on_demand=true"]):
        assert table.actions(*changed) == {"aws_dynamodb_table.this": ["update"]}
        table.apply(*changed)
        assert table.plan(*changed) == ""
    table.destroy()
    assert aws.client("dynamodb").list_tables()["TableNames"] == []
    assert aws.unsupported() == []
