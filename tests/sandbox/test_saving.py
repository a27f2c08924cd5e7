"""A sandbox in a file: saved from one project, restored in another, at another address."""

from __future__ import annotations

import stat
import time

import boto3
import pytest
from botocore.config import Config

from xyztf.errors import XyztfError
from xyztf.sandbox import outage, server
from xyztf.sandbox.state import Place

ACCOUNT = "111122223333"


@pytest.fixture
def other(place, tmp_path):
    """The place of another clone."""
    other = Place.of(tmp_path / "clone", "dev")
    yield other
    server.reset(other)


def s3(running: server.Running):
    keys = {"aws_access_key_id": "xyztf-sandbox", "aws_secret_access_key": "xyztf-sandbox"}
    return boto3.client("s3", "us-east-1", endpoint_url=running.endpoint, config=Config(proxies={}), **keys)


def buckets(running: server.Running) -> list[str]:
    return [bucket["Name"] for bucket in s3(running).list_buckets()["Buckets"]]


def test_what_is_saved_is_restored_elsewhere_in_seconds_and_apart_from_then_on(place, other, tmp_path):
    running = server.start(place, ACCOUNT)
    s3(running).create_bucket(Bucket="prepared")
    server.save_to(place, tmp_path / "file")
    assert server.find(place) == running
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600

    begin = time.monotonic()
    restored = server.restore(other, tmp_path / "file", ACCOUNT)
    assert time.monotonic() - begin < 30, "a start takes a second or two, on a machine that does nothing else"
    assert restored.endpoint != running.endpoint
    assert buckets(restored) == ["prepared"]
    s3(restored).create_bucket(Bucket="more")
    assert buckets(running) == ["prepared"]


def test_a_stopped_one_is_saved_too(place, other, tmp_path):
    s3(server.start(place, ACCOUNT)).create_bucket(Bucket="prepared")
    server.stop(place)
    server.save_to(place, tmp_path / "file")
    assert server.find(place) is None
    assert buckets(server.restore(other, tmp_path / "file", ACCOUNT)) == ["prepared"]


def test_what_is_restored_takes_the_place_of_what_there_is(place, tmp_path):
    s3(server.start(place, ACCOUNT)).create_bucket(Bucket="prepared")
    server.save_to(place, tmp_path / "file")
    s3(server.start(place, ACCOUNT)).create_bucket(Bucket="later")
    outage.begin(place, ["us-east-1"])
    assert buckets(server.restore(place, tmp_path / "file", ACCOUNT)) == ["prepared"]
    server.stop(place)
    assert buckets(server.start(place, ACCOUNT)) == ["prepared"]


@pytest.mark.parametrize(
    ("damage", "account", "said"),
    [
        (lambda content: content, "444455556666", f"of the account {ACCOUNT}, and the environment's is 444455556666"),
        (lambda content: content[:-1], ACCOUNT, "it is damaged"),
        (lambda content: content.replace(b'"moto": "', b'"moto": "0.', 1), ACCOUNT, r"made with moto 0\."),
        (lambda content: b"something else", ACCOUNT, "cannot be read"),
        (lambda content: b"[]\n", ACCOUNT, "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_what_there_is_stays(place, tmp_path, damage, account, said):
    running = server.start(place, ACCOUNT)
    s3(running).create_bucket(Bucket="mine")
    server.save_to(place, tmp_path / "file")
    (tmp_path / "file").write_bytes(damage((tmp_path / "file").read_bytes()))
    with pytest.raises(XyztfError, match=said) as caught:
        server.restore(place, tmp_path / "file", account)
    assert "xyztf sandbox save dev" in str(caught.value)
    assert server.find(place) == running
    assert buckets(running) == ["mine"]


def test_a_file_that_is_not_there_is_said(place, tmp_path):
    with pytest.raises(XyztfError, match=r"cannot be read \(No such file"):
        server.restore(place, tmp_path / "nothing", ACCOUNT)


def test_there_is_nothing_to_save_where_nothing_was_ever_started(place, tmp_path):
    with pytest.raises(XyztfError, match=r"holds nothing\n.*xyztf up dev --sandbox"):
        server.save_to(place, tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_a_file_that_cannot_be_written_is_said(place, tmp_path):
    server.start(place, ACCOUNT)
    with pytest.raises(XyztfError, match="cannot be written: No such file"):
        server.save_to(place, tmp_path / "no" / "folder" / "file")
