"""Proof, before anything runs, that provider and backend can reach nothing but the sandbox; or a refusal.

What is not known to be harmless is refused: the lists here say what may stand in a stack and in the variables, not
what may not. Three things hold a run back, each by itself: the variables, which name one endpoint and one proxy, both
of them the sandbox; the files, which cannot say otherwise; and the credentials, which AWS does not know.
"""

from __future__ import annotations

import http.client
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from xyztf.errors import ExitCode, Location, Problem, XyztfError
from xyztf.sandbox import server
from xyztf.sandbox.blocks import Attribute, Block, Doubt, read_blocks
from xyztf.sandbox.environment import ACCESS_KEY, PROXIES, TERRAFORM_KEEPS
from xyztf.sandbox.server import Running

ENDPOINT = re.compile(r"http://127\.0\.0\.1:[1-9]\d{0,4}")
AWS_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "AWS_CONFIG_FILE",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SHARED_CREDENTIALS_FILE",
    }
)
TERRAFORM_VARIABLES = TERRAFORM_KEEPS | {"TF_DATA_DIR"}

KINDS = frozenset(
    {
        *("check", "data", "ephemeral", "import", "locals", "module", "moved"),
        *("output", "provider", "removed", "resource", "terraform", "variable"),
    }
)
PROVIDERS = frozenset({"archive", "aws", "local", "null", "random", "terraform", "time", "tls"})
"""AWS's, and those that reach nothing at all."""
PROVIDER_AWS = frozenset(
    {
        *("alias", "allowed_account_ids", "default_tags", "forbidden_account_ids", "ignore_tags"),
        *("max_retries", "region", "retry_mode", "version"),
    }
)
BACKENDS = {
    "s3": frozenset(
        {
            *("acl", "bucket", "dynamodb_table", "encrypt", "key", "kms_key_id", "region"),
            *("use_lockfile", "workspace_key_prefix"),
        }
    ),
    "local": frozenset({"path", "workspace_dir"}),
}
HINT = "what the sandbox runs must be the files that xyztf renders, with nothing of anybody's account in them"


class NotIsolated(XyztfError):
    """A run against the sandbox could reach something else, so it does not start."""

    exit_code = ExitCode.REFUSED


def preflight(stack: Path, running: Running, variables: Mapping[str, str], root: Path) -> None:
    """Return when a run of `stack` with `variables` can reach nothing but `running`; raise NotIsolated otherwise.

    `root` is the project's folder, from which places in files are named. `variables` are those of `sandbox_variables`;
    TF_DATA_DIR may be added.
    """
    problems = [
        *_of_variables(variables, running),
        *in_files(stack, root),
        *(_problem(root, *fault) for fault in _of_saved_backend(stack, variables)),
    ]
    if not problems:
        problems += _of_server(running, variables)
    if problems:
        raise NotIsolated(*problems)


def in_files(stack: Path, root: Path) -> list[Problem]:
    """What in the files of `stack`, and of the modules it calls, the sandbox would not run. Needs no sandbox."""
    return [_problem(root, *fault) for fault in _of_files(stack, set())]


Fault = tuple[Path, int, str]


def _problem(root: Path, file: Path, line: int, message: str) -> Problem:
    return Problem(message, Location(os.path.relpath(file, root), line), HINT)


# The variables -------------------------------------------------------------------------------------------------------


def _of_variables(variables: Mapping[str, str], running: Running) -> Iterator[Problem]:
    endpoint = variables.get("AWS_ENDPOINT_URL", "")
    if not ENDPOINT.fullmatch(endpoint) or endpoint != running.endpoint:
        yield Problem(f"AWS_ENDPOINT_URL is {endpoint!r}, and the sandbox is {running.endpoint}")
    for name in PROXIES:
        if variables.get(name) != endpoint:
            yield Problem(f"{name} is not the sandbox: calls could go past it")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        if variables.get(name) != ACCESS_KEY:
            yield Problem(f"{name} is not the sandbox's: it could be somebody's")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        file = variables.get(name, "")
        if not os.path.isfile(file) or os.path.getsize(file):
            yield Problem(f"{name} does not name an empty file: it could hold profiles or endpoints")
    if variables.get("AWS_EC2_METADATA_DISABLED") != "true":
        yield Problem("AWS_EC2_METADATA_DISABLED is not true: credentials could come from the machine's role")
    for name in variables:
        if not _known(name):
            yield Problem(f"{name} is set: it could lead past the sandbox or change what Terraform does")


def _known(name: str) -> bool:
    upper = name.upper()
    if upper.startswith("AWS_"):
        return name in AWS_VARIABLES
    if upper.startswith("TF_"):
        return name in TERRAFORM_VARIABLES
    if upper.endswith("_PROXY"):
        return name in PROXIES
    return not upper.startswith("BOTO") and upper != "REQUEST_METHOD"


# The files -----------------------------------------------------------------------------------------------------------


def _of_files(folder: Path, seen: set[Path]) -> Iterator[Fault]:
    """What is wrong with the Terraform of a folder, and of the modules it calls."""
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield folder, 0, f"this cannot be read: {error.strerror}"
        return
    for name in names:
        path = folder / name
        if name.endswith((".tf.json", ".tofu", ".tofu.json")):
            yield path, 0, "the sandbox reads no such files, so it cannot know what they configure"
        elif name == "override.tf" or name.endswith("_override.tf"):
            yield path, 0, "an override file could configure the provider or the backend"
        elif name.endswith(".tf"):
            yield from _of_file(path, seen)


def _of_file(path: Path, seen: set[Path]) -> Iterator[Fault]:
    try:
        file = read_blocks(path.read_text("utf-8"))
    except Doubt as doubt:
        yield path, doubt.line, f"this is not understood: {doubt}"
        return
    except (OSError, UnicodeDecodeError) as error:
        yield path, 0, f"this cannot be read: {error}"
        return
    for block in file.blocks:
        if block.kind not in KINDS:
            yield path, block.line, f"{block.kind} is not known to the sandbox"
        elif block.kind == "module":
            yield from _of_module(path, block, seen)
        for line, message in _of_block(block):
            yield path, line, message
    for attribute in file.attributes:
        yield path, attribute.line, f"{attribute.name} is not known to the sandbox"


def _of_module(path: Path, block: Block, seen: set[Path]) -> Iterator[Fault]:
    source = next((attribute for attribute in block.attributes if attribute.name == "source"), None)
    if source is None or not (source.literal or "").startswith(("./", "../")):
        yield path, block.line, "the module comes from elsewhere, so the sandbox cannot know what it configures"
        return
    yield from _of_files(path.parent / str(source.literal), seen)


def _of_block(outer: Block) -> Iterator[tuple[int, str]]:
    """What is wrong with a block at the top of a file: lines and messages."""
    if outer.kind == "provider":
        yield from _of_provider(outer)
    for block in outer.everywhere():
        if block.kind == "provisioner":
            yield block.line, "a provisioner runs programs, which can reach anything"
        elif block.kind == "cloud" and outer.kind == "terraform":
            yield block.line, "the state would lie at HashiCorp's"
        elif block.kind == "backend" and outer.kind == "terraform":
            yield from _of_backend(block)
        elif block.kind == "required_providers" and outer.kind == "terraform":
            yield from _of_sources(block)
        elif block.kind in ("resource", "data", "ephemeral"):
            yield from _of_type(block)


def _of_provider(block: Block) -> Iterator[tuple[int, str]]:
    name = block.labels[0] if block.labels else ""
    if name not in PROVIDERS:
        yield block.line, f"the provider {name} could reach anything"
    elif name == "aws":
        for line, setting in _settings(block):
            if setting not in PROVIDER_AWS:
                yield line, f"{setting} of the provider could lead past the sandbox"


def _of_backend(block: Block) -> Iterator[tuple[int, str]]:
    name = block.labels[0] if block.labels else ""
    if name not in BACKENDS:
        yield block.line, f"the backend {name} could reach anything"
        return
    for line, setting in _settings(block):
        if setting not in BACKENDS[name]:
            yield line, f"{setting} of the backend could lead past the sandbox"


def _settings(block: Block) -> Iterator[tuple[int, str]]:
    yield from ((attribute.line, attribute.name) for attribute in block.attributes)
    yield from ((inner.line, inner.labels[0] if inner.kind == "dynamic" else inner.kind) for inner in block.blocks)


def _of_sources(block: Block) -> Iterator[tuple[int, str]]:
    for attribute in block.attributes:
        source = _source(attribute)
        if attribute.name not in PROVIDERS or source != f"hashicorp/{attribute.name}":
            yield attribute.line, f"the provider {source} could reach anything"


def _source(attribute: Attribute) -> str:
    named = re.findall(r'\bsource"?\s*[=:]\s*"([^"]*)"', attribute.text)
    address = named[0] if len(named) == 1 else "/".join(named) or f"hashicorp/{attribute.name}"
    return str(address).removeprefix("registry.terraform.io/").removeprefix("registry.opentofu.org/")


def _of_type(block: Block) -> Iterator[tuple[int, str]]:
    kind = block.labels[0] if block.labels else ""
    if kind == "terraform_remote_state":
        yield block.line, "terraform_remote_state reads the state of something else"
    elif kind.partition("_")[0] not in PROVIDERS:
        yield block.line, f"{kind} is of a provider that could reach anything"


def _of_saved_backend(stack: Path, variables: Mapping[str, str]) -> Iterator[Fault]:
    """What an earlier init noted of the backend: Terraform goes by that, whatever the files say."""
    noted = stack / variables.get("TF_DATA_DIR", ".terraform") / "terraform.tfstate"
    try:
        backend = json.loads(noted.read_text("utf-8")).get("backend") or {}
        configuration = backend.get("config") or {}
        kind = backend.get("type", "local")
    except FileNotFoundError:
        return
    except (OSError, ValueError, AttributeError) as error:
        yield noted, 0, f"this cannot be read: {error}"
        return
    if kind not in BACKENDS:
        yield noted, 0, f"an earlier init has noted the backend {kind} here, which could reach anything"
    for name, value in configuration.items():
        if value not in (None, False, [], {}, "") and name not in BACKENDS.get(kind, ()):
            yield noted, 0, f"an earlier init has noted {name} of the backend here, which could lead past the sandbox"


# The server ----------------------------------------------------------------------------------------------------------


def _of_server(running: Running, variables: Mapping[str, str]) -> list[Problem]:
    hint = "start it again with: xyztf sandbox start"
    if not server.answers(running.record):
        return [Problem(f"what answers at {running.endpoint} is not our sandbox", hint=hint)]
    account = _account(variables)
    if account != running.record.account_id:
        expected = running.record.account_id
        return [Problem(f"AWS STS says the account is {account}, and the sandbox's is {expected}", hint=hint)]
    return []


def _account(variables: Mapping[str, str]) -> str:
    """Whose account the variables lead to. Asked of no region: the stack's may be out of reach."""
    address = urlsplit(variables["AWS_ENDPOINT_URL"])
    scope = f"{variables['AWS_ACCESS_KEY_ID']}/20250101/aws-global/sts/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=10)
    try:
        connection.request("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", headers)
        answer = connection.getresponse().read(65536).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return f"not to be had ({error})"
    finally:
        connection.close()
    found = re.search(r"<Account>(\d+)</Account>", answer)
    return found[1] if found else "none"
