"""python-terraform, with `cmd` replaced.

Version 0.10.1 leaves Terraform running when its parent is interrupted, mixes environment and threads, reads the state
in its constructor and fails on a damaged one, and cannot stream. Its way of building command lines is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from python_terraform import Terraform

from xyztf.terraform.process import OnLine, run

# It warns of every exit code but 0, with all of stderr; what a code means is for the caller to say.
logging.getLogger("python_terraform").setLevel(logging.CRITICAL)


class Driver(Terraform):  # type: ignore[misc]
    """Terraform in one folder, with an environment of its own. Not for two threads at once: make one for each."""

    def __init__(
        self,
        folder: Path,
        binary: Path,
        environment: Mapping[str, str],
        on_line: OnLine | None = None,
        lock: int | None = None,
    ) -> None:
        """`on_line` gets every line of stdout while a command runs; `lock` is that of `process.run`."""
        self._environment = environment
        self._on_line = on_line
        self._lock = lock
        super().__init__(working_dir=str(folder), terraform_bin_path=str(binary))

    def cmd(self, cmd: str, *args: str, **kwargs: Any) -> tuple[int, str, str]:
        """Run a command, with options as python-terraform takes them; gives exit code, stdout, stderr.

        `timeout_seconds` bounds it, `journal` is the file in which stdout stays. Raises what `process.run` raises.
        """
        timeout, journal = kwargs.pop("timeout_seconds", None), kwargs.pop("journal", None)
        try:
            arguments = self.generate_cmd_string(cmd, *args, **kwargs)
            folder = Path(self.working_dir)
            done = run(arguments, folder, self._environment, self._on_line, timeout, journal=journal, lock=self._lock)
        finally:
            self.temp_var_files.clean_up()
        return done.code, done.out, done.err

    def read_state_file(self, file_path: str | None = None) -> None:
        """Not read: state is Terraform's own, behind a backend."""
