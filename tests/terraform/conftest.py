"""An S3 with locks, and a stack whose state lies there: `states.workspace`, not yet initialised."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from xyztf.terraform.binary import find_binary
from xyztf.terraform.workspace import Workspace

BUCKET, KEY = "states", "demo/global/terraform.tfstate"
STACK = f"""\
terraform {{
  backend "s3" {{
    bucket       = "{BUCKET}"
    key          = "{KEY}"
    region       = "us-east-1"
    use_lockfile = true
  }}
}}

resource "terraform_data" "this" {{
  count = 2
}}
"""


@dataclass(frozen=True)
class States:
    """The bucket, and the stack."""

    client: Any
    workspace: Workspace
    key: str = KEY

    def put(self, key: str, text: str) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=text)

    def remove(self) -> None:
        """The bucket, with all that is in it."""
        for found in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            self.client.delete_object(Bucket=BUCKET, Key=found["Key"])
        self.client.delete_bucket(Bucket=BUCKET)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def states(endpoint: str, tmp_path: Path) -> Iterator[States]:
    folder = tmp_path / "environments" / "demo" / "global"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(STACK)
    variables = {
        "PATH": os.environ["PATH"],
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint, **keys)
    client.create_bucket(Bucket=BUCKET)
    made = States(client, Workspace("demo", "global", folder, tmp_path / "private", find_binary().path, variables))
    yield made
    if BUCKET in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        made.remove()
