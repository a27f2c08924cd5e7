"""A stack with all that is needed to run Terraform on it: a folder, variables, a binary, a private place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from python_terraform import IsFlagged

from xyztf.errors import Location, Problem, XyztfError
from xyztf.terraform.driver import Driver
from xyztf.terraform.events import diagnostics, squeezed
from xyztf.terraform.process import OnLine

PRIVATE = 0o700
LOCK_FILE = ".terraform.lock.hcl"
"""Which provider, by version and checksums. Terraform's: committed, so that everyone gets the same."""
RECOVERED = "xyztf_recovered.tf"
"""In the copy of a stack: what `recover` takes in. Not part of what was rendered."""
ERRORED_STATE = "errored.tfstate"
"""Where Terraform puts a state that it could not write to its backend."""


class TerraformFailed(XyztfError):
    """Terraform ended with an error; the problems are its own diagnostics."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One stack of one environment, ready to be planned and applied.

    `folder` holds a copy of its .tf files; `private` is where Terraform's data and saved plans go, apart from those of
    other targets; `variables` is the whole environment of the process. Where these reach no registry, `installing` is
    what the provider is installed with before. `home` is the stack's folder in the project, where its provider lock is
    kept; None where it stays in the copy. `region` is that of its resources. `lock` is the descriptor of `hold.held`.
    """

    environment: str
    stack: str
    folder: Path
    private: Path
    binary: Path
    variables: Mapping[str, str]
    installing: Mapping[str, str] | None = None
    home: Path | None = None
    region: str = ""
    lock: int | None = None

    @property
    def place(self) -> Location:
        """Where people know the stack."""
        return Location(f"environments/{self.environment}/{self.stack}")

    def run(
        self, command: str, *arguments: str, on_line: OnLine | None = None, **options: object
    ) -> tuple[int, str, str]:
        """Run a command of Terraform's, with options as python-terraform takes them: exit code, stdout, stderr."""
        return self._driver(self.variables, on_line).cmd(command, *arguments, **options)

    def init(self) -> bool:
        """Initialise, unless nothing changed since the last time. Gives whether it ran; raises TerraformFailed."""
        if self.is_initialised():
            return False
        options = {"input": False, "no_color": IsFlagged, "json": IsFlagged}
        if self.installing is not None:
            # Without -backend, init would still read the state of a backend from before, with these variables.
            (self.private / "data" / "terraform.tfstate").unlink(missing_ok=True)
            code, out, _ = self._driver(self.installing).cmd("init", backend=False, **options)
            if code:
                raise self.failed("init", out)
        code, out, _ = self.run("init", reconfigure=IsFlagged, **options)
        if code:
            raise self.failed("init", out)
        self._bring_home()
        self._stamp.write_text(self._digest())
        return True

    def is_initialised(self) -> bool:
        """Whether `init` has nothing to do."""
        there = self._stamp.is_file() and (self.private / "data").is_dir()
        return there and self._stamp.read_text() == self._digest()

    @property
    def _stamp(self) -> Path:
        return self.private / "initialised"

    def _bring_home(self) -> None:
        """Put the provider lock that init has written or completed into the project, to be committed."""
        lock = self.folder / LOCK_FILE
        if self.home is not None and lock.is_file():
            content = lock.read_bytes()
            if not (self.home / LOCK_FILE).is_file() or (self.home / LOCK_FILE).read_bytes() != content:
                (self.home / LOCK_FILE).write_bytes(content)

    def _driver(self, variables: Mapping[str, str], on_line: OnLine | None = None) -> Driver:
        self.private.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        own = {"TF_DATA_DIR": str(self.private / "data"), "TF_IN_AUTOMATION": "1"}
        return Driver(self.folder, self.binary, {**variables, **own}, on_line, self.lock)

    def failed(self, command: str, out: str) -> TerraformFailed:
        """What Terraform objected to while it ran `command`: the JSON lines on its stdout, or plain words."""
        words = "" if out.startswith("{") else squeezed(out).removeprefix("Error: ")
        other = Problem(f"terraform {command} failed: {words or 'it did not say why'}", self.place)
        return TerraformFailed(*(list(diagnostics(out, self.place.file)) or [other]))

    def _digest(self) -> str:
        """Of what init reads: versions and backend, the calls of modules, the provider's lock, and where all is."""
        digest = hashlib.sha256(f"{self.folder} {self.binary}".encode())
        for name in ("versions.tf", "main.tf", LOCK_FILE):
            file = self.folder / name
            digest.update(file.read_bytes() if file.is_file() else b"-")
        return digest.hexdigest()
