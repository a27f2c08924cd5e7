"""Where `xyztf` starts. Answers at once what needs no command line parser; hands the rest to `cli`."""

from __future__ import annotations

import sys

import xyztf


def main() -> int:
    """Run the command line; the result is the exit code."""
    try:
        arguments = sys.argv[1:]
        if arguments in (["--version"], ["-V"]):
            return _tell(f"xyztf {xyztf.__version__}")
        if arguments[:1] == ["render"] and "--check" in arguments:
            told = _remembered(arguments[1:])
            if told is not None:
                return _tell(told)
        if arguments[:1] in (["scan"], ["check"]):
            from xyztf.operations.report_stamp import answer

            if (given := answer(arguments)) is not None:
                return _tell(given[1]) or given[0]
        from xyztf.cli.app import run

        _end_as_with_ctrl_c()
        return run(arguments)
    except KeyboardInterrupt:
        # While modules are still being imported; `run` answers for all that comes after.
        print("interrupted", file=sys.stderr)
        return 130


def _end_as_with_ctrl_c() -> None:
    """Take the signals of a CI that cancels, or of a terminal that closes, as the first Ctrl-C.

    Never as a second one: that kills Terraform, and its state stays locked.
    """
    import signal

    def end(*_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, end)


def _tell(text: str) -> int:
    try:
        print(text, flush=True)
    except OSError as error:
        from xyztf.cli.output import unprinted

        return unprinted(error)
    return 0


def _remembered(arguments: list[str]) -> str | None:
    """The answer of `render --check`, if nothing changed since it was last given. None: ask in full."""
    import os

    from xyztf.render.stamp import answer

    names = []
    project = "."
    rest = iter(arguments)
    for argument in rest:
        if argument == "--project":
            project = next(rest, "")
        elif argument.startswith("--project="):
            project = argument[len("--project=") :]
        elif not argument.startswith("-"):
            names.append(argument)
        elif argument != "--check":
            return None
    try:
        return answer(os.path.realpath(project), names) if project else None
    except FileNotFoundError:  # the folder we are in is gone
        return None


if __name__ == "__main__":
    sys.exit(main())
