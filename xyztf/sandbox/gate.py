"""What stands before moto: every call goes through here, and what moto cannot do is said at once and by name.

Moto answers what it does not implement with a status of 500, which the provider takes for a passing fault and tries
again for minutes, or with the 404 of a web page, which it takes for a thing that does not exist. Here both become 501
with the service's and the action's name, in the service's own format; no SDK tries that again.

A call that an SDK makes a second time, as the answer to the first got lost, gets that answer again: moto would do it
twice, or find that it is done already (InvalidPermission.Duplicate), where AWS's services know their calls.

A call for a region that is out of reach is answered 503, as AWS does in an outage, and SDKs try it again. The provider
would do so 25 times, minutes apart, which is more than an hour: at the fifth time it is told 501, and gives up.
"""

from __future__ import annotations

import io
import json
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.s3.models import s3_backends
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Outage = Callable[[], frozenset[str]]
"""Gives the regions that are out of reach."""

CODE = "NotImplementedBySandbox"
OUTAGE = "ServiceUnavailable"
MOST_ATTEMPTS = 5
"""How often a call may be made for a region that is out of reach: as often as Terraform's S3 backend does by itself."""
ATTEMPT = re.compile(r"\battempt=(\d+)")
WEB_PAGE = b"<!doctype html>"
"""How the pages begin with which moto's web framework, not moto, says 404 and 405."""

SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]*)/(?P<service>[^/]+)/aws4_request")
SERVICES = {"monitoring": "cloudwatch", "email": "ses", "elasticloadbalancing": "elbv2", "states": "stepfunctions"}
"""Names of services by those that their requests are signed for, where they differ."""

HOMES = {
    "account": "us-east-1",
    "budgets": "us-east-1",
    "ce": "us-east-1",
    "cloudfront": "us-east-1",
    "globalaccelerator": "us-west-2",
    "iam": "us-east-1",
    "organizations": "us-east-1",
    "route53": "us-east-1",
}
"""Where services that are not regional are controlled from, whatever region a call is signed for. Sources:
https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/appendix-a---partitional-service-guidance.html
and, for what is about bills, https://docs.aws.amazon.com/general/latest/gr/billing.html."""

HOST = re.compile(r"(\d{12}\.)?127\.0\.0\.1(:\d+)?")
"""Our own address, and S3 Control's, which puts the account before it. Anything else is on its way out of here."""


@dataclass(frozen=True, slots=True)
class Call:
    """Which action of which service was called."""

    service: str
    action: str
    region: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A call that the sandbox could not answer as AWS would."""

    time: str
    service: str
    action: str
    region: str
    reason: str


class Log:
    """The calls that were not supported, one JSON object per line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, call: Call, reason: str) -> None:
        """Write down a call and why it failed."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps(asdict(Unsupported(now, call.service, call.action, call.region, reason)))
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


Answer = tuple[Iterable[bytes], str, Headers]


class Answered:
    """The latest answers to calls that may have changed something, by the number that SDKs give each call."""

    MOST, LONGEST = 256, 1 << 16
    """How many are kept, and of how many bytes: an SDK tries again within seconds, and changes are told shortly."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def keep(self, environ: dict[str, Any], answer: Answer) -> None:
        """Keep the answer to a call, if it was done."""
        number = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        content, status, _ = answer
        if number and status.startswith("2") and sum(map(len, content)) <= self.LONGEST:
            self._answers[number] = answer
            if len(self._answers) > self.MOST:
                self._answers.pop(next(iter(self._answers)), None)

    def before(self, environ: dict[str, Any]) -> Answer | None:
        """The answer to the same call, if it is made once more."""
        if "attempt=1" in environ.get("HTTP_AMZ_SDK_REQUEST", "attempt=1").split("; "):
            return None
        return self._answers.get(environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))


class Gate:
    """The application that is served: moto's, one call at a time, as moto's models know nothing of threads."""

    def __init__(self, moto: Application, log: Log, outage: Outage = frozenset) -> None:
        self.lock = threading.RLock()
        """Held while moto works: who holds it sees backends that nothing changes."""
        self.last_call = time.monotonic()
        self.closed = False
        """Whether what there is has been kept for good: a change after that would be lost."""
        self._moto = moto
        self._log = log
        self._outage = outage
        self._answered = Answered()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a call of AWS's API."""
        host = environ.get("HTTP_HOST", "")
        if environ["REQUEST_METHOD"] == "CONNECT" or not HOST.fullmatch(host):
            return Response(f"the sandbox is no way to {host}\n", 403)(environ, start_response)
        self.last_call = time.monotonic()
        body = _form(environ)
        out_of_reach = self._outage()
        if out_of_reach and (region := _region(environ)) in out_of_reach:
            return _unavailable(environ, body, region)(environ, start_response)
        try:
            with nullcontext() if _waits(environ) else self.lock:
                if self.closed:
                    return Response("the sandbox is being stopped\n", 503)(environ, start_response)
                known = self._answered.before(environ)
                content, status, headers = known or run_wsgi_app(self._moto, environ, buffered=True)
        except NotImplementedError as error:
            return self._refuse(environ, body, str(error) or "not implemented")(environ, start_response)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            return self._refuse(environ, body, _where(error))(environ, start_response)
        answer = b"".join(content)
        if status.startswith(("404", "405")) and answer.lower().startswith(WEB_PAGE):
            return self._refuse(environ, body, "not implemented")(environ, start_response)
        self._answered.keep(environ, ([answer], status, headers))
        start_response(status, headers.to_wsgi_list())
        return [answer]

    def _refuse(self, environ: dict[str, Any], body: bytes, reason: str) -> Response:
        call = _call(environ, body)
        self._log.add(call, reason)
        message = f"the sandbox cannot answer {call.service} {call.action} as AWS would: {reason}"
        answer, content_type = _in_its_format(environ, call, CODE, message)
        return Response(answer, 501, {"X-Amzn-ErrorType": CODE}, content_type=content_type)


def _form(environ: dict[str, Any]) -> bytes:
    """The body of a call whose action stands in it. It stays readable."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _waits(environ: dict[str, Any]) -> bool:
    """Whether a call waits for others, which must then go on: SQS's long polling."""
    return str(environ.get("HTTP_X_AMZ_TARGET", "")).endswith(".ReceiveMessage")


def _region(environ: dict[str, Any]) -> str:
    """The region that a call is for: the one it is signed for; of S3 the bucket's, and of a global service its home."""
    scope = _scope(environ)
    region = scope["region"] if scope else ""
    if scope and scope["service"] != "s3":
        return HOMES.get(scope["service"], region)
    bucket = str(environ.get("PATH_INFO", "")).lstrip("/").partition("/")[0]
    partition, account = s3_backends.bucket_accounts.get(bucket, ("", ""))
    found = s3_backends[account][partition].buckets.get(bucket) if account else None
    return str(found.region_name) if found else region


def _scope(environ: dict[str, Any]) -> re.Match[str] | None:
    """What a call is signed for. The signature of a presigned one stands in its address."""
    header = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return header or SCOPE.search(unquote(environ.get("QUERY_STRING", "")))


def _unavailable(environ: dict[str, Any], body: bytes, region: str) -> Response:
    message = f"{region} is out of reach: the sandbox has an outage there, which xyztf sandbox outage --end ends"
    answer, content_type = _in_its_format(environ, _call(environ, body), OUTAGE, message)
    attempt = ATTEMPT.search(environ.get("HTTP_AMZ_SDK_REQUEST", ""))
    status = 501 if attempt and int(attempt[1]) >= MOST_ATTEMPTS else 503
    return Response(answer, status, {"X-Amzn-ErrorType": OUTAGE}, content_type=content_type)


def _call(environ: dict[str, Any], body: bytes) -> Call:
    scope = _scope(environ)
    signed_for = scope["service"] if scope else "s3"
    service = SERVICES.get(signed_for, signed_for)
    return Call(service, _action(environ, service, body), scope["region"] if scope else "")


def _action(environ: dict[str, Any], service: str, body: bytes) -> str:
    """The action's name: in a header, in the form or the query, or by method and path."""
    target: str | None = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rpartition(".")[2]
    query: str = environ.get("QUERY_STRING", "")
    for text in (body.decode("utf-8", "replace"), query):
        named = parse_qs(text).get("Action")
        if named:
            return named[0]
    try:
        operation, _ = get_service_router(service).match(Request(dict(environ)))
        name: str = operation.name
        return name
    except Exception:
        return f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


def _in_its_format(environ: dict[str, Any], call: Call, code: str, message: str) -> tuple[str, str]:
    """An error as the service writes errors, so that an SDK can read it: body and content type."""
    content_type = environ.get("CONTENT_TYPE", "")
    if "json" in content_type or _protocol(call.service) in ("json", "rest-json"):
        return json.dumps({"__type": code, "message": message}), content_type or "application/json"
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if call.service == "ec2":
        return f"<Response><Errors>{error}</Errors></Response>", "text/xml"
    return error if call.service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>", "text/xml"


def _protocol(service: str) -> str:
    try:
        return str(get_service_model(service).protocol)
    except UnknownServiceError:
        return ""


def _where(error: Exception) -> str:
    """A fault in moto, or in a patch, in one line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    file = "/".join(Path(frame.filename).parts[-3:])
    return f"{type(error).__name__}: {error} ({file}:{frame.lineno})"
