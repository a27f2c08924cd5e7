"""A pinned release of Terraform, downloaded once into the user's cache.

The archive is held against its checksum before anything of it is unpacked, and the binary appears in the cache whole or
not at all (docs/decisions/0016-the-binary.md).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import ssl
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

import xyztf
from xyztf.errors import Problem, XyztfError
from xyztf.facts.tables import table

SETTING = "XYZTF_RELEASES_URL"
SITE = "https://releases.hashicorp.com"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Those that Python names in another way than the release site."""

STALLED_SECONDS = 30.0
"""How long the site may be silent."""
DEADLINE_SECONDS = 1800.0
"""How long a download may take in all: 27 MB at 15 kB a second."""
LARGEST_ARCHIVE, LARGEST_BINARY = 200 << 20, 500 << 20
"""Bytes. Terraform 1.11.4 has 27 MB, and 91 MB unpacked."""
CHUNK = 1 << 18

CONNECTION = (
    f"check the connection; behind a proxy set HTTPS_PROXY; {SETTING} may name a mirror of {SITE} that can be reached"
)

Tell = Callable[[str], None]


class DownloadFailed(XyztfError):
    """The release cannot be had."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of Terraform, and the SHA-256 of its archive for each platform, such as linux_amd64."""

    version: str
    checksums: Mapping[str, str]


def pinned_release() -> Release:
    """The release that is downloaded; where its checksums come from stands in facts/data/terraform.json."""
    pinned = table("terraform")
    return Release(pinned["version"], pinned["sha256"])


def this_platform() -> str:
    """The platform that Python runs on, in the release site's words."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{ARCHITECTURES.get(machine, machine)}"


def obtain(release: Release, system: str, tell: Tell) -> Path:
    """The binary of a release for the platform `system`: from the user's cache, else downloaded into it.

    The cache is below XDG_CACHE_HOME, else ~/.cache; the site is XYZTF_RELEASES_URL, else the vendor's. `tell` gets a
    line for whoever waits. Of several that ask at once, one downloads. Raises DownloadFailed; whatever happens, nothing
    half-written is left.
    """
    folder = _folder(release, system)
    binary = folder / "terraform"
    if _is_there(binary):
        return binary
    if system not in release.checksums:
        pinned = ", ".join(sorted(release.checksums))
        hint = f"a Terraform for {system} has to come from elsewhere"
        raise DownloadFailed(Problem(f"Terraform can be downloaded for {pinned}, and this is {system}", hint=hint))
    url = f"{release_site()}/terraform/{release.version}/terraform_{release.version}_{system}.zip"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(folder / "lock", tell):
            if not _is_there(binary):
                tell(f"Terraform is not on the PATH: downloading {url}")
                with tempfile.TemporaryFile(dir=folder) as archive:  # it has no name that could be left behind
                    _download(url, release.checksums[system], archive)
                    _unpack(archive, binary, url)
                tell(f"its checksum is right; it is kept in {folder}")
    except OSError as error:
        hint = "make room, or let XDG_CACHE_HOME name a folder that can be written to"
        raise DownloadFailed(Problem(f"{folder} cannot be written to: {error.strerror or error}", hint=hint)) from error
    return binary


def kept(release: Release, system: str) -> Path | None:
    """The binary of a release, if the user's cache has it. Raises DownloadFailed when it may be somebody else's."""
    binary = _folder(release, system) / "terraform"
    return binary if _is_there(binary) else None


def release_site() -> str:
    """The address below which releases are. Raises DownloadFailed when the setting cannot be one."""
    setting = os.environ.get(SETTING)
    if not setting:
        return SITE
    try:
        parts = urlsplit(setting)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        plain = parts.username is None and not parts.query and not parts.fragment
    except ValueError:
        named = plain = False
    # The setting itself is not shown: it may hold a password.
    if not named:
        raise DownloadFailed(Problem(f"{SETTING} is no address", hint=f"write it like {SITE}"))
    if not plain:
        hint = f"write it like {SITE}; a mirror that wants a password cannot be used"
        raise DownloadFailed(Problem(f"{SETTING} holds more than an address and a path", hint=hint))
    return setting.rstrip("/")


def _folder(release: Release, system: str) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache) / "xyztf" / "terraform" / release.version / system


def _is_there(binary: Path) -> bool:
    """Whether the cache has the binary. What others could have put there is not run."""
    if not os.access(binary, os.X_OK):
        return False
    for path in (binary, binary.parent):
        status = path.stat()
        if status.st_uid not in (0, os.getuid()) or status.st_mode & 0o002:
            hint = "remove it, or let XDG_CACHE_HOME name a folder of your own"
            raise DownloadFailed(Problem(f"{path} can be changed by others than you", hint=hint))
    return True


@contextmanager
def _locked(path: Path, tell: Tell) -> Iterator[None]:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another run is downloading Terraform: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _download(url: str, expected: str, archive: IO[bytes]) -> None:
    """Write what is at `url` into `archive`. Raises DownloadFailed when it is not what was pinned."""
    digest = hashlib.sha256()
    size = 0
    for chunk in _chunks(url):
        archive.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    archive.flush()
    if digest.hexdigest() != expected:
        raise DownloadFailed(
            Problem(
                f"{url} is not the release: its SHA-256 is {digest.hexdigest()}, expected is {expected}",
                hint=f"nothing of its {size} bytes was kept; does a proxy or a mirror answer in place of {SITE}?",
            )
        )


def _chunks(url: str) -> Iterator[bytes]:
    """The body of what is at `url`, part by part. Raises DownloadFailed when it does not come, or not to its end."""
    until = time.monotonic() + DEADLINE_SECONDS
    size = 0
    try:
        request = Request(url, headers={"User-Agent": f"xyztf/{xyztf.__version__}"})
        with build_opener().open(request, timeout=STALLED_SECONDS) as body:
            promised: int | None = body.length
            if promised is not None and promised > LARGEST_ARCHIVE:
                raise _too_large(url, promised)
            while size != promised and (chunk := body.read1(CHUNK)):
                yield chunk
                size += len(chunk)
                if size > LARGEST_ARCHIVE:
                    raise _too_large(url, size)
                if time.monotonic() > until:
                    message = f"{url} took longer than {DEADLINE_SECONDS:g} seconds"
                    raise DownloadFailed(Problem(message, hint=CONNECTION))
    except (OSError, HTTPException, ValueError) as error:  # a ValueError is of a host that cannot be one
        raise _unreachable(url, error) from error
    if promised is not None and size < promised:
        message = f"{url} broke off after {size} of {promised} bytes"
        raise DownloadFailed(Problem(message, hint="nothing of it was kept; try again"))


def _too_large(url: str, size: int) -> DownloadFailed:
    message = f"{url} has {size} bytes or more, and a release has no more than {LARGEST_ARCHIVE}"
    return DownloadFailed(Problem(message, hint=f"does {SETTING} name the right site?"))


def _unreachable(url: str, error: Exception) -> DownloadFailed:
    reason: Any = error.reason if isinstance(error, URLError) else error
    if isinstance(error, HTTPError):
        message = f"{url} cannot be had: the answer is {error.code} {error.reason}"
        if error.code >= 500:
            return DownloadFailed(Problem(message, hint="try again later"))
        hint = f"{SETTING} must name a copy of {SITE}, which a proxy must let through"
        return DownloadFailed(Problem(message, hint=hint))
    if isinstance(reason, TimeoutError):
        return DownloadFailed(Problem(f"{url}: no answer for {STALLED_SECONDS:g} seconds", hint=CONNECTION))
    if isinstance(reason, ssl.SSLError):
        hint = "a proxy that opens TLS has a certificate of its own: SSL_CERT_FILE can name it"
        return DownloadFailed(Problem(f"{url} cannot be trusted: {reason}", hint=hint))
    why = getattr(reason, "strerror", None) or " ".join(str(reason).split()) or type(reason).__name__
    return DownloadFailed(Problem(f"{url} cannot be reached: {why}", hint=CONNECTION))


def _unpack(archive: IO[bytes], binary: Path, url: str) -> None:
    """Write the archive's one member that is wanted to `binary`. The names of members are never used as paths."""
    partial = binary.with_name(
        "terraform.partial"
    )  # one name, as there is one writer: what a kill leaves is overwritten
    try:
        with zipfile.ZipFile(archive) as members, members.open("terraform") as source, partial.open("wb") as target:
            if members.getinfo("terraform").file_size > LARGEST_BINARY:
                raise zipfile.BadZipFile(f"unpacked it would have more than {LARGEST_BINARY} bytes")
            while chunk := source.read(CHUNK):
                target.write(chunk)
            target.flush()
            os.fchmod(target.fileno(), 0o755)
            os.fsync(target.fileno())
        partial.replace(binary)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, RuntimeError, EOFError, zlib.error) as error:
        # Encrypted members and unknown compressions are a RuntimeError.
        message = f"{url} cannot be unpacked: {error.args[0] if error.args else type(error).__name__}"
        raise DownloadFailed(Problem(message, hint="nothing of it was kept")) from error
    finally:
        partial.unlink(missing_ok=True)
