"""The variables with which Terraform and boto3 see the sandbox, and nothing of the user's AWS.

No file of a stack mentions the sandbox. The provider and the S3 backend take their endpoint from AWS_ENDPOINT_URL; what
asks for another host all the same is sent to the sandbox as to a proxy, which turns it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ACCESS_KEY = "xyztf-sandbox"
"""No access key of AWS's looks like that: were a call to get out, AWS would refuse it."""

TERRAFORM_KEEPS = frozenset(
    {
        "TF_CLI_CONFIG_FILE",
        "TF_IN_AUTOMATION",
        "TF_LOG",
        "TF_LOG_CORE",
        "TF_LOG_PATH",
        "TF_LOG_PROVIDER",
        "TF_PLUGIN_CACHE_DIR",
        "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE",
    }
)
"""Where the provider comes from and what is logged. The others inject arguments, values, workspaces or providers."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


def sandbox_variables(surroundings: Mapping[str, str], endpoint: str, region: str, scratch: Path) -> dict[str, str]:
    """The variables for running Terraform or boto3 against the sandbox at `endpoint`, from those of this process.

    Gone are all of the user's for AWS, for proxies, and those of Terraform's that change what a command does. `scratch`
    is a private folder, for the empty file that stands in the place of the user's profiles and credentials.
    """
    variables = {name: value for name, value in surroundings.items() if _stays(name)}
    empty = scratch / "no-profiles"
    empty.write_bytes(b"")
    return {
        **variables,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": str(empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty),
        "AWS_EC2_METADATA_DISABLED": "true",
        **dict.fromkeys(PROXIES, endpoint),
        "CHECKPOINT_DISABLE": "1",
    }


def _stays(name: str) -> bool:
    upper = name.upper()
    if upper.startswith("TF_"):
        return name in TERRAFORM_KEEPS
    # With REQUEST_METHOD set, Go takes itself for a CGI program and ignores HTTP_PROXY.
    return not (upper.startswith(("AWS_", "BOTO")) or upper.endswith("_PROXY") or upper == "REQUEST_METHOD")
