"""Initialising a stack whose provider is installed with other variables than it runs with, as in the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@pytest.fixture
def somebody() -> Iterator[ThreadingHTTPServer]:
    """An AWS that nobody may call: `calls` are those that it got all the same."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.calls = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    def _refuse(self) -> None:
        self.server.calls.append(self.path)  # type: ignore[attr-defined]
        self.send_response(403)
        self.end_headers()

    do_GET = do_HEAD = do_POST = do_PUT = _refuse  # noqa: N815, as the base class wants it

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.terraform
def test_installing_reaches_no_backend_also_when_there_is_one_from_before(states, somebody):
    others = {**states.workspace.variables, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{somebody.server_port}"}
    workspace = replace(states.workspace, installing=others)
    assert workspace.init()
    with (workspace.folder / "main.tf").open("a") as file:
        file.write("# changed\n")
    assert workspace.init()
    assert somebody.calls == []
