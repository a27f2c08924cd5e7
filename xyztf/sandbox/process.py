"""The emulator's process: moto with our patches behind the gate, on a port of the loopback interface.

Started by `server.start`, with the sandbox's folder as its argument; says on stdout, in one line of JSON, that it is
ready or why it will not be. It ends when told to, by a signal, and by itself when nobody has called for long; each time
it keeps what there is.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from xyztf.errors import Problem, XyztfError
from xyztf.sandbox import patches, snapshot
from xyztf.sandbox.gate import Gate, Log
from xyztf.sandbox.outage import Watch
from xyztf.sandbox.state import Place, Record, locked, prove

OURS = "/_xyztf/"
"""Where the process itself is spoken to. No bucket's name begins with an underscore."""


class Handler(MotoRequestHandler):
    """Moto's, without a line in the log for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Terraform makes thousands."""


class Emulator:
    """Moto behind the gate, and the few addresses by which a command speaks to the process itself."""

    def __init__(self, place: Place, token: str, account_id: str) -> None:
        self.gate = Gate(DomainDispatcherApplication(create_backend_app), Log(place.unsupported), Watch(place))
        self._place = place
        self._token = token
        self._account_id = account_id
        self._ended = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer what is for the process itself, and pass on the rest."""
        if not environ.get("PATH_INFO", "").startswith(OURS):
            return self.gate(environ, start_response)
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        command = request.path.removeprefix(OURS)
        if command == "health":
            return Response(prove(self._token, request.args.get("challenge", "")))
        if request.method != "POST" or not hmac.compare_digest(request.headers.get("X-Xyztf-Token", ""), self._token):
            return Response(status=403)
        if command in ("save", "stop"):
            try:
                self.save(for_good=command == "stop")
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                return Response(f"{type(error).__name__}: {error}", 500)
        if command == "stop":
            self._ended.set()
        return Response(status=200 if command in ("save", "stop") else 404)

    def save(self, *, for_good: bool = False) -> None:
        """Keep what there is for the next time; after the last time, no call is answered any more."""
        with self.gate.lock:
            snapshot.save(self._place.snapshot, self._account_id)
            self.gate.closed = for_good

    def wait(self, idle_seconds: float) -> None:
        """Return when told to end, or when nobody has called for long and what there is has been kept."""
        while not self._ended.wait(min(60.0, idle_seconds / 4)):
            if time.monotonic() - self.gate.last_call < idle_seconds:
                continue
            try:
                self.save(for_good=True)
                return
            except Exception:
                traceback.print_exc(file=sys.stderr)
                self.gate.last_call = time.monotonic()

    def interrupted(self, *_: object) -> None:
        """Handle a signal to end."""
        threading.Thread(target=self._save_and_end).start()

    def _save_and_end(self) -> None:
        try:
            self.save(for_good=True)
        finally:
            self._ended.set()


def configure(account_id: str) -> None:
    """Set moto up for this process: whose account it is, and what needs Docker does without."""
    os.environ["MOTO_ACCOUNT_ID"] = account_id
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    for service in ("lambda", "batch"):
        default_user_config[service] = {"use_docker": False}
    patches.install()


def bind(place: Place, application: Emulator) -> BaseWSGIServer:
    """A server on the port of last time, or else on any."""
    try:
        return make_server("127.0.0.1", int(place.port.read_text()), application, True, request_handler=Handler)
    except (OSError, ValueError, SystemExit):
        return make_server("127.0.0.1", 0, application, True, request_handler=Handler)


def serve(place: Place, account_id: str, version: str, idle_seconds: float) -> None:
    """Serve the sandbox until it is to end. Raises BlockingIOError when another process does."""
    # Who asks whether we live holds the lock for a moment.
    with locked(place.alive, seconds=2.0):
        configure(account_id)
        if place.snapshot.exists():
            snapshot.load(place.snapshot, account_id)
        token = secrets.token_hex(32)
        emulator = Emulator(place, token, account_id)
        server = bind(place, emulator)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, emulator.interrupted)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        place.write_record(Record(os.getpid(), server.server_port, token, account_id, version, started))
        place.port.write_text(str(server.server_port))
        _say({"ready": True})
        emulator.wait(idle_seconds)
        server.shutdown()
        place.record.unlink(missing_ok=True)


def _say(message: dict[str, object]) -> None:
    """Tell who started us, who may be gone, and close the line to them."""
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except OSError:
        pass
    os.dup2(2, 1)


def main(folder: str, environment: str, account_id: str, version: str, idle_seconds: str) -> int:
    """What the process does from beginning to end; gives its exit code."""
    try:
        serve(Place(Path(folder), environment), account_id, version, float(idle_seconds))
    except BlockingIOError:
        _say({"ready": False, "problem": "another process serves it already"})
        return 1
    except XyztfError as error:
        problem: Problem = error.problems[0]
        _say({"ready": False, "problem": problem.message, "hint": problem.hint})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
