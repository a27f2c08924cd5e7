"""The gate: what moto cannot do is said at once, by name and in the service's format; it is no way elsewhere."""

from __future__ import annotations

import http.client
import socket
import threading

import pytest
from botocore.exceptions import ClientError

from xyztf.sandbox.gate import CODE, Answered, Gate, Log
from xyztf.sandbox.state import Place

SIGNED = "AWS4-HMAC-SHA256 Credential=x/20250101/us-west-2/{}/aws4_request, SignedHeaders=host, Signature=0"

UNSUPPORTED = [
    ("rds", "DescribePendingMaintenanceActions", {}),
    ("ec2", "AdvertiseByoipCidr", {"Cidr": "10.0.0.0/8"}),
    ("dynamodb", "ListImports", {}),
    ("lambda", "GetFunctionRecursionConfig", {"FunctionName": "f"}),
    ("apprunner", "ListServices", {}),
]


@pytest.mark.parametrize(("service", "action", "parameters"), UNSUPPORTED, ids=[case[0] for case in UNSUPPORTED])
def test_what_moto_cannot_do_is_refused_at_once_by_name_and_noted(aws, service, action, parameters):
    client = aws.client(service, "us-west-2")
    method = next(name for name, operation in client.meta.method_to_api_mapping.items() if operation == action)
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**parameters)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert answer["Error"]["Code"] == CODE
    assert f"cannot answer {service} {action}" in str(caught.value)
    assert [name for _, name in aws.unsupported()] == [action]


def test_what_is_not_there_is_not_taken_for_what_is_not_supported(aws):
    with pytest.raises(ClientError, match="NoSuchBucket"):
        aws.client("s3").list_objects_v2(Bucket="nothing")
    with pytest.raises(ClientError, match="404"):
        aws.client("s3").head_bucket(Bucket="nothing")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        aws.client("lambda").get_function(FunctionName="nothing")
    assert aws.unsupported() == []


def call(gate: Gate, **environ: object) -> tuple[str, bytes]:
    """Call the gate as a web server would: status and body."""
    said: list[str] = []
    usual = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "HTTP_HOST": "127.0.0.1:4566"}
    body = gate({**usual, **environ}, lambda status, headers, *_: said.append(status))
    return said[0], b"".join(body)


@pytest.fixture
def log(tmp_path):
    return Place(tmp_path, "dev").unsupported


def crash(environ, start_response):
    raise KeyError("Variables")


def page(environ, start_response):
    start_response("404 NOT FOUND", [("Content-Type", "text/html")])
    return [b"<!doctype html>\n<title>404 Not Found</title>"]


def test_a_crash_is_refused_with_its_place_rather_than_tried_again(log, capsys):
    status, body = call(Gate(crash, Log(log)), HTTP_AUTHORIZATION=SIGNED.format("lambda"))
    assert status.startswith("501")
    assert b"KeyError: 'Variables'" in body
    assert b"test_gate.py" in body
    assert "Traceback" in capsys.readouterr().err
    assert '"region": "us-west-2"' in log.read_text()


def test_a_web_page_is_no_answer_of_aws(log):
    path = "/2015-03-31/functions/f/recursion-config"
    status, body = call(Gate(page, Log(log)), PATH_INFO=path, HTTP_AUTHORIZATION=SIGNED.format("lambda"))
    assert status.startswith("501")
    assert b"lambda" in body


def test_markup_in_a_reason_stays_text(log):
    def angry(environ, start_response):
        raise NotImplementedError("<script>&</script>")

    _, body = call(Gate(angry, Log(log)), HTTP_AUTHORIZATION=SIGNED.format("ec2"))
    assert b"&lt;script&gt;&amp;" in body


@pytest.mark.parametrize("host", ["sts.us-east-1.amazonaws.com", "169.254.169.254", "localhost:1", "evil.example", ""])
def test_it_is_no_way_to_other_hosts(log, host):
    status, _ = call(Gate(crash, Log(log)), HTTP_HOST=host)
    assert status.startswith("403")
    assert not log.exists()


def test_nor_a_tunnel(aws):
    address, port = aws.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((address, int(port)), timeout=5) as connection:
        connection.sendall(b"CONNECT sts.amazonaws.com:443 HTTP/1.1\r\nHost: sts.amazonaws.com:443\r\n\r\n")
        assert b" 403 " in connection.recv(200).partition(b"\r\n")[0]


def test_s3_control_which_puts_the_account_before_our_address_comes_through(aws):
    host, port = aws.endpoint.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    url = f"http://123456789012.127.0.0.1:{port}/v20180820/configuration/publicAccessBlock"
    headers = {"Authorization": SIGNED.format("s3"), "x-amz-account-id": "123456789012"}
    connection.request("GET", url, headers=headers)
    assert b"NoSuchPublicAccessBlockConfiguration" in connection.getresponse().read()


def test_moto_works_on_one_call_at_a_time(log):
    inside, most, lock = [0], [0], threading.Lock()

    def slow(environ, start_response):
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.02)
        with lock:
            inside[0] -= 1
        start_response("200 OK", [])
        return [b""]

    gate = Gate(slow, Log(log))
    threads = [threading.Thread(target=call, args=(gate,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_who_waits_for_a_message_keeps_nobody_from_sending_it(aws):
    sqs = aws.client("sqs")
    queue = sqs.create_queue(QueueName="work")["QueueUrl"]
    threading.Timer(0.5, sqs.send_message, kwargs={"QueueUrl": queue, "MessageBody": "hello"}).start()
    assert sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"][0]["Body"] == "hello"


def test_a_call_that_is_made_once_more_is_not_done_twice(log):
    done: list[str] = []

    def moto(environ, start_response):
        done.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/xml"), ("X-Number", str(len(done)))])
        return [f"done {len(done)}".encode()]

    gate = Gate(moto, Log(log))
    first = {"HTTP_AMZ_SDK_INVOCATION_ID": "a-b", "HTTP_AMZ_SDK_REQUEST": "attempt=1; max=25"}
    again = {**first, "HTTP_AMZ_SDK_REQUEST": "attempt=2; max=25"}
    assert call(gate, **first) == ("200 OK", b"done 1")
    assert call(gate, **again) == ("200 OK", b"done 1")
    assert call(gate, **{**again, "HTTP_AMZ_SDK_INVOCATION_ID": "c-d"}) == ("200 OK", b"done 2")
    assert call(gate) == ("200 OK", b"done 3")
    assert call(gate) == ("200 OK", b"done 4")


def test_a_call_that_failed_is_tried_again(log):
    statuses = iter(["500 Oops", "200 OK"])

    def moto(environ, start_response):
        start_response(next(statuses), [])
        return [b"x"]

    gate = Gate(moto, Log(log))
    first = {"HTTP_AMZ_SDK_INVOCATION_ID": "a-b", "HTTP_AMZ_SDK_REQUEST": "attempt=1; max=25"}
    assert call(gate, **first)[0] == "500 Oops"
    assert call(gate, **{**first, "HTTP_AMZ_SDK_REQUEST": "attempt=2; max=25"})[0] == "200 OK"


def test_old_answers_are_forgotten(log):
    def moto(environ, start_response):
        start_response("200 OK", [])
        return [b"x"]

    gate = Gate(moto, Log(log))
    for number in range(Answered.MOST + 10):
        call(gate, HTTP_AMZ_SDK_INVOCATION_ID=str(number), HTTP_AMZ_SDK_REQUEST="attempt=1; max=25")
    assert len(gate._answered._answers) == Answered.MOST
