"""A region that is out of reach: no call for it is answered, all others are."""

from __future__ import annotations

import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from xyztf.errors import XyztfError
from xyztf.sandbox import outage, server

EAST, WEST = "us-east-1", "us-west-2"
ACCOUNT = "123456789012"


@pytest.fixture
def lost(aws):
    """The emulator with an outage of us-east-1, and a bucket of a state in each region."""
    aws.client("s3").create_bucket(Bucket="east")
    aws.client("s3", WEST).create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": WEST})
    outage.begin(aws.place, [EAST])
    yield aws
    outage.end(aws.place)


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    return str(caught.value)


@pytest.mark.parametrize(
    ("service", "method"),
    [
        ("rds", "describe_db_instances"),
        ("ec2", "describe_vpcs"),
        ("lambda", "list_functions"),
        ("dynamodb", "list_tables"),
        ("sts", "get_caller_identity"),
    ],
)
def test_no_service_answers_there_and_each_does_elsewhere(lost, service, method):
    said = refused(getattr(lost.client(service), method))
    assert "ServiceUnavailable" in said
    assert "us-east-1 is out of reach: the sandbox has an outage there" in said
    getattr(lost.client(service, WEST), method)()
    assert lost.unsupported() == []


def test_what_is_global_lives_in_us_east_1_and_goes_with_it(lost):
    for region in (EAST, WEST):
        refused(lost.client("iam", region).list_roles)
        refused(lost.client("budgets", region).describe_budgets, AccountId=ACCOUNT)


def test_a_bucket_is_out_of_reach_with_its_region_whatever_a_call_is_signed_for(lost):
    for region in (EAST, WEST):
        refused(lost.client("s3", region).list_objects_v2, Bucket="east")
        lost.client("s3", region).put_object(Bucket="west", Key="state", Body=b"1")
        assert lost.client("s3", region).list_objects_v2(Bucket="west")["KeyCount"] == 1


def test_so_is_what_an_address_is_signed_for(lost):
    for bucket, status in (("east", 503), ("west", 200)):
        lost.client("s3", WEST).put_object(Bucket="west", Key="state", Body=b"1")
        url = lost.client("s3", WEST).generate_presigned_url("get_object", {"Bucket": bucket, "Key": "state"})
        assert fetched(url) == status
    keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
    for region, status in ((EAST, 503), (WEST, 200)):
        sts = boto3.client("sts", region, endpoint_url=lost.endpoint, config=Config(proxies={}), **keys)
        assert fetched(sts.generate_presigned_url("get_caller_identity", HttpMethod="GET")) == status


def fetched(url: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(url, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def test_who_asks_five_times_is_told_not_to_ask_again(lost):
    keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
    patient = Config(proxies={}, retries={"total_max_attempts": 25, "mode": "standard"})
    sts = boto3.client("sts", EAST, endpoint_url=lost.endpoint, config=patient, **keys)
    with pytest.raises(ClientError, match="us-east-1 is out of reach") as caught:
        sts.get_caller_identity()
    answer = caught.value.response["ResponseMetadata"]
    assert (answer["HTTPStatusCode"], answer["RetryAttempts"]) == (501, 4)


def test_several_regions_can_be_lost_and_come_back_one_by_one(lost):
    outage.begin(lost.place, [WEST])
    assert outage.out_of_reach(lost.place) == [EAST, WEST]
    refused(lost.client("sts", WEST).get_caller_identity)
    outage.end(lost.place, [EAST])
    lost.client("sts").get_caller_identity()
    refused(lost.client("sts", WEST).get_caller_identity)
    outage.end(lost.place)
    assert outage.out_of_reach(lost.place) == []
    lost.client("sts", WEST).get_caller_identity()


def test_what_was_there_is_there_again(lost):
    outage.end(lost.place, [EAST])
    lost.client("s3").list_objects_v2(Bucket="east")


def test_it_lasts_over_a_restart_and_ends_with_a_reset(place):
    outage.begin(place, [EAST])
    running = server.start(place, ACCOUNT)
    assert status(running) == 503
    server.stop(place)
    assert status(server.start(place, ACCOUNT)) == 503
    server.reset(place)
    assert outage.out_of_reach(place) == []
    assert status(server.start(place, ACCOUNT)) == 200


def status(running: server.Running) -> int:
    keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
    sts = boto3.client("sts", EAST, endpoint_url=running.endpoint, config=Config(proxies={}), **keys)
    return fetched(sts.generate_presigned_url("get_caller_identity", HttpMethod="GET"))


def test_a_damaged_note_of_it_is_said_with_the_way_out(place):
    outage.begin(place, [EAST])
    place.outage.write_text("?")
    with pytest.raises(XyztfError, match=r"cannot be read.*\n.*xyztf sandbox outage dev --end"):
        outage.out_of_reach(place)
    outage.end(place)
    assert outage.out_of_reach(place) == []
