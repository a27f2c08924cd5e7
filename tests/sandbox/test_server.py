"""The process: started once, found again, stopped with what it holds, and nobody else taken for it."""

from __future__ import annotations

import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from xyztf.errors import XyztfError
from xyztf.sandbox import server
from xyztf.sandbox.state import Place, Record

ACCOUNT = "111122223333"


@dataclass(frozen=True)
class Aws:
    """A running sandbox, as boto3 sees it."""

    running: server.Running

    def client(self, service: str, region: str = "us-east-1"):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.running.endpoint,
            aws_access_key_id="xyztf-sandbox",
            aws_secret_access_key="xyztf-sandbox",
            config=Config(proxies={}),
        )


def make_function(aws: Aws) -> str:
    """A function, by whose ARN moto finds it in an index of its own."""
    trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "*"}]}'
    role = aws.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "")
    made = aws.client("lambda").create_function(
        FunctionName="reader", Role=role, Runtime="python3.13", Handler="h.h", Code={"ZipFile": code.getvalue()}
    )
    return made["FunctionArn"]


def wait_until(condition, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_it_starts_once_and_stands_for_the_environments_account(place):
    first = server.start(place, ACCOUNT)
    assert server.start(place, ACCOUNT) == first
    assert server.find(place) == first
    assert Aws(first).client("sts").get_caller_identity()["Account"] == ACCOUNT
    assert first.endpoint.startswith("http://127.0.0.1:")


def test_what_it_keeps_is_for_this_user_alone(place):
    server.start(place, ACCOUNT)
    server.stop(place)
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    server.start(place, ACCOUNT)
    for path in (place.record, place.snapshot, place.log):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_there_was_is_there_again_after_a_stop_at_the_same_address(place):
    running = server.start(place, ACCOUNT)
    before = Aws(running)
    before.client("s3").create_bucket(Bucket="shop")
    before.client("s3").put_object(Bucket="shop", Key="state", Body=b"1")
    key = before.client("kms", "us-west-2").create_key()["KeyMetadata"]["KeyId"]
    queue = before.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    function = make_function(before)
    assert server.stop(place)
    assert server.find(place) is None
    again = server.start(place, ACCOUNT)
    after = Aws(again)
    assert again.endpoint == running.endpoint
    assert again.record.pid != running.record.pid
    assert after.client("s3").get_object(Bucket="shop", Key="state")["Body"].read() == b"1"
    assert after.client("kms", "us-west-2").describe_key(KeyId=key)["KeyMetadata"]["Enabled"]
    assert after.client("sqs").list_queues()["QueueUrls"] == [queue]
    assert after.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionName"] == "reader"
    with pytest.raises(ClientError):
        after.client("s3", "us-west-2").create_bucket(Bucket="shop")


def test_a_stop_of_what_does_not_run_does_nothing(place):
    assert not server.stop(place)
    server.reset(place)
    assert not place.folder.exists()


def test_two_environments_do_not_disturb_each_other(place, tmp_path):
    other = Place.of(tmp_path / "project", "prod")
    try:
        dev, prod = server.start(place, ACCOUNT), server.start(other, "444455556666")
        Aws(dev).client("s3").create_bucket(Bucket="shop")
        Aws(prod).client("s3").create_bucket(Bucket="shop")
        server.stop(place)
        assert Aws(prod).client("sts").get_caller_identity()["Account"] == "444455556666"
    finally:
        server.reset(other)


def test_two_projects_have_places_of_their_own(tmp_path):
    assert Place.of(tmp_path / "a", "dev") != Place.of(tmp_path / "b", "dev")


@pytest.mark.parametrize("name", ["", "../dev", "a/b", "Dev", "-x"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(XyztfError, match="cannot be the name"):
        Place.of(tmp_path, name)


def test_those_that_start_at_once_get_the_same_one(place):
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: server.start(place, ACCOUNT), range(4)))
    assert len({running.record.pid for running in started}) == 1


def test_so_do_processes_and_nothing_waits_for_the_server_when_its_parent_has_ended(place):
    script = (
        "import sys; from pathlib import Path; "
        "from xyztf.sandbox import server; from xyztf.sandbox.state import Place; "
        f"print(server.start(Place(Path(sys.argv[1]), 'dev'), '{ACCOUNT}').record.pid)"
    )
    command = [sys.executable, "-c", script, str(place.folder)]
    starters = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    said = [starter.communicate(timeout=60)[0] for starter in starters]
    running = server.find(place)
    assert running is not None
    assert set(map(int, said)) == {running.record.pid}


def test_surroundings_do_not_reach_it(place, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "moto.py").write_text("raise SystemExit('not me')\n")
    running = server.start(place, ACCOUNT)
    monkeypatch.delenv("AWS_PROFILE")
    assert Aws(running).client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_a_killed_one_is_not_found_and_the_next_begins_with_the_last_snapshot(place):
    running = server.start(place, ACCOUNT)
    Aws(running).client("s3").create_bucket(Bucket="saved")
    server.save(running)
    Aws(running).client("s3").create_bucket(Bucket="lost")
    os.kill(running.record.pid, signal.SIGKILL)
    wait_until(lambda: not place.lives())
    assert place.record.exists()
    assert server.find(place) is None
    buckets = Aws(server.start(place, ACCOUNT)).client("s3").list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["saved"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_with_what_it_holds(place, number):
    running = server.start(place, ACCOUNT)
    Aws(running).client("s3").create_bucket(Bucket="shop")
    os.kill(running.record.pid, number)
    wait_until(lambda: not place.lives())
    assert not place.record.exists()
    assert Aws(server.start(place, ACCOUNT)).client("s3").list_buckets()["Buckets"]


def test_it_ends_by_itself_when_nobody_calls_and_keeps_what_it_holds(place):
    running = server.start(place, ACCOUNT, idle_seconds=2.0)
    Aws(running).client("s3").create_bucket(Bucket="shop")
    wait_until(lambda: not place.lives())
    assert place.snapshot.exists()


class Stranger(BaseHTTPRequestHandler):
    """Answers everything with 200, and remembers what it was told."""

    told: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.told.append(f"{self.path} {self.headers}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"yes, it is me")

    def log_message(self, *_: object) -> None:
        pass


def test_a_stranger_at_its_port_is_not_taken_for_it_nor_told_the_token(place):
    stranger = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=stranger.serve_forever, daemon=True).start()
    try:
        record = Record(os.getpid(), stranger.server_port, "secret", ACCOUNT, server.version(), "")
        assert not server.answers(record)
        assert Stranger.told
        assert "secret" not in "".join(Stranger.told)
    finally:
        stranger.shutdown()


def test_only_who_knows_the_token_can_command_it(place):
    running = server.start(place, ACCOUNT)
    stranger = server.Running(place, Record(**{**asdict(running.record), "token": "guessed"}))
    with pytest.raises(XyztfError):
        server.save(stranger)
    assert server.find(place) == running


def test_another_version_of_us_starts_it_anew_with_what_it_holds(place, monkeypatch):
    running = server.start(place, ACCOUNT)
    Aws(running).client("s3").create_bucket(Bucket="shop")
    monkeypatch.setattr(server, "version", lambda: "next")
    newer = server.start(place, ACCOUNT)
    assert newer.record.pid != running.record.pid
    assert Aws(newer).client("s3").list_buckets()["Buckets"]


def test_another_account_is_refused_with_the_way_out(place):
    server.start(place, ACCOUNT)
    with pytest.raises(XyztfError, match=f"stands for the account {ACCOUNT}.*\n.*sandbox reset"):
        server.start(place, "444455556666")
    server.stop(place)
    with pytest.raises(XyztfError, match=f"of the account {ACCOUNT}"):
        server.start(place, "444455556666")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda content: b"", "cannot be read"),
        (lambda content: content[:-10], "it is damaged"),
        (lambda content: content.replace(b"\n", b"\nx", 1), "it is damaged"),
        (lambda content: content.replace(b'"moto": "', b'"moto": "0.', 1), r"made with moto 0\."),
        (lambda content: content.replace(b'"format": 1', b'"format": 99'), "made with format 99"),
    ],
)
def test_a_snapshot_that_cannot_be_used_is_said_with_the_way_out(place, damage, said):
    server.start(place, ACCOUNT)
    server.stop(place)
    whole = place.snapshot.read_bytes()
    place.snapshot.write_bytes(damage(whole))
    with pytest.raises(XyztfError, match=said) as caught:
        server.start(place, ACCOUNT)
    assert "xyztf sandbox reset" in str(caught.value)
    assert not place.lives()
    place.snapshot.write_bytes(whole)
    server.start(place, ACCOUNT)


def test_what_cannot_be_kept_is_said_and_nothing_is_lost(place):
    running = server.start(place, ACCOUNT)
    Aws(running).client("s3").create_bucket(Bucket="shop")
    (place.snapshot / "in-the-way").mkdir(parents=True)
    with pytest.raises(XyztfError, match=r"could not be kept.*\n.*still runs"):
        server.stop(place)
    assert server.find(place) == running
    (place.snapshot / "in-the-way").rmdir()
    place.snapshot.rmdir()
    assert server.stop(place)
    assert not list(place.folder.glob(".snapshot*"))


def test_reset_forgets_everything_but_the_port(place):
    running = server.start(place, ACCOUNT)
    Aws(running).client("s3").create_bucket(Bucket="shop")
    server.save(running)
    server.reset(place)
    assert not place.lives()
    again = server.start(place, "444455556666")
    assert again.endpoint == running.endpoint
    assert Aws(again).client("s3").list_buckets()["Buckets"] == []


def test_one_that_cannot_start_says_why(place, monkeypatch, tmp_path):
    broken = tmp_path / "broken" / "dill"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('no dill today')\n")
    monkeypatch.setenv("PYTHONPATH", str(broken.parent))
    with pytest.raises(XyztfError, match="no dill today"):
        server.start(place, ACCOUNT)


def test_a_folder_of_somebody_else_is_refused(place, monkeypatch):
    place.folder.mkdir(parents=True)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    with pytest.raises(XyztfError, match="belongs to somebody else"):
        server.start(place, ACCOUNT)
    monkeypatch.undo()


def test_calls_that_were_not_supported_are_listed(place):
    running = server.start(place, ACCOUNT)
    with pytest.raises(ClientError):
        Aws(running).client("rds").describe_pending_maintenance_actions()
    (call,) = server.unsupported(place)
    assert (call["service"], call["action"]) == ("rds", "DescribePendingMaintenanceActions")
    assert Path(place.unsupported).exists()
