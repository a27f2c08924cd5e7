"""The buckets for the state: versioned, encrypted, closed to the public, TLS only. Run twice, it changes nothing.

A program of its own, so that the variables of the target, and nothing else, decide which AWS it talks to:
`python -m xyztf.terraform.bootstrap ACCOUNT_ID REGION=BUCKET ...` prints a JSON list of what it changed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from xyztf.errors import Problem, XyztfError

DEFAULT_REGION = "us-east-1"
"""The only region whose buckets must not name a location.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"""

CREATED = "created"
_CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]}


def bootstrap(buckets: Mapping[str, str], account_id: str, variables: Mapping[str, str]) -> list[str]:
    """Make the state bucket of each region (`buckets` maps regions to names) with the given environment variables.

    Gives what was changed, in words. Raises XyztfError with what AWS said.
    """
    command = [sys.executable, "-m", "xyztf.terraform.bootstrap", account_id]
    command += [f"{region}={bucket}" for region, bucket in buckets.items()]
    done = subprocess.run(command, env=dict(variables), capture_output=True, text=True, check=False)
    if done.returncode:
        hint = "check the credentials: aws sts get-caller-identity"
        raise XyztfError(Problem(f"the state buckets could not be made: {done.stderr.strip()}", hint=hint))
    changed: list[str] = json.loads(done.stdout)
    return changed


def ensure_once(
    buckets: Mapping[str, str], account_id: str, variables: Mapping[str, str], stamp: Path, instance: str
) -> list[str]:
    """`bootstrap`, unless the file `stamp` says that it was done for the same buckets in the same `instance`.

    For an emulator, in which nobody else takes away what was made: `instance` is what changes when it starts anew or
    is reset, such as its token; only a digest of it is written. Asking costs a second less than making sure.
    """
    told = json.dumps([instance, account_id, *sorted(buckets.items())])
    digest = hashlib.sha256(told.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == digest:
        return []
    changed = bootstrap(buckets, account_id, variables)
    stamp.write_text(digest, "utf-8")
    return changed


def ensure(client: Any, region: str, bucket: str, account_id: str) -> list[str]:
    """Bring one bucket to what it should be; gives what was changed."""
    return [
        f"{bucket}: {what}"
        for what, differs, change in _steps()
        if differs(client, bucket, account_id) and change(client, bucket, region) is None
    ]


def lacking(client: Any, bucket: str, account_id: str) -> list[str]:
    """What `ensure` would do to a bucket, in the same words; of one that is missing, only that."""
    if _is_missing(client, bucket, account_id):
        return [CREATED]
    return [what for what, differs, _ in _steps() if differs(client, bucket, account_id)]


def _steps() -> tuple[tuple[str, Callable[..., bool], Callable[..., None]], ...]:
    return (
        (CREATED, _is_missing, _create),
        ("versioning turned on", _is_unversioned, _version),
        ("encryption turned on", _is_unencrypted, _encrypt),
        ("public access blocked", _is_open, _close),
        ("TLS required", _takes_plain, _require_tls),
    )


def _is_missing(client: Any, bucket: str, account_id: str) -> bool:
    try:
        client.head_bucket(Bucket=bucket, ExpectedBucketOwner=account_id)
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return True
        raise
    return False


def _create(client: Any, bucket: str, region: str) -> None:
    place = {} if region == DEFAULT_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=bucket, **place)


def _is_unversioned(client: Any, bucket: str, _: str) -> bool:
    return bool(client.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled")


def _version(client: Any, bucket: str, _: str) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _is_unencrypted(client: Any, bucket: str, _: str) -> bool:
    return not _found(client, "get_bucket_encryption", bucket)


def _encrypt(client: Any, bucket: str, _: str) -> None:
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=_ENCRYPTED)


def _is_open(client: Any, bucket: str, _: str) -> bool:
    found = _found(client, "get_public_access_block", bucket)
    return not found or found["PublicAccessBlockConfiguration"] != _CLOSED


def _close(client: Any, bucket: str, _: str) -> None:
    client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=_CLOSED)


def _takes_plain(client: Any, bucket: str, _: str) -> bool:
    found = _found(client, "get_bucket_policy", bucket)
    return not found or "aws:SecureTransport" not in found["Policy"]


def _require_tls(client: Any, bucket: str, _: str) -> None:
    found = _found(client, "get_bucket_policy", bucket)
    policy: dict[str, Any] = json.loads(found["Policy"]) if found else {"Version": "2012-10-17", "Statement": []}
    arn = f"arn:{client.meta.partition}:s3:::{bucket}"
    policy["Statement"].append(
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def _found(client: Any, call: str, bucket: str) -> Any:
    """What a get call gives; None where there is no such setting, which S3 tells as an error."""
    try:
        return getattr(client, call)(Bucket=bucket)
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"].startswith(("NoSuch", "ServerSideEncryptionConfigurationNotFound")):
            return None
        raise


def main(arguments: list[str]) -> int:
    """The program: see the module."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    account_id, *pairs = arguments
    changed: list[str] = []
    try:
        for region, bucket in (pair.split("=", 1) for pair in pairs):
            changed += ensure(boto3.client("s3", region_name=region), region, bucket, account_id)
    except (BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(changed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
