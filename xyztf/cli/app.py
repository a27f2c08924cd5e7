"""All commands, and what becomes of errors."""

from __future__ import annotations

import errno
import io
import sys
import tempfile
import traceback
from typing import Annotated

import typer
from typer._click.exceptions import ClickException  # Typer carries its own click and exports no base class

import xyztf
from xyztf.cli import (
    apply,
    bootstrap,
    check,
    ci,
    config,
    destroy,
    doctor,
    drift,
    lint,
    output_values,
    plan,
    render,
    rules,
    sandbox,
    scan,
    schema,
    status,
    unlock,
    up,
    validate,
)
from xyztf.cli.output import begin, end, problems, say, unprinted
from xyztf.errors import ExitCode, XyztfError, refused_by_system

app = typer.Typer(
    name="xyztf",
    help="From one reviewed YAML file per environment to Terraform for a multi-region database system on AWS.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("render")(render.command)
app.add_typer(config.app, name="config")
app.command("schema")(schema.command)
app.command("lint")(lint.command)
app.command("rules")(rules.command)
app.command("check")(check.command)
app.command("scan")(scan.command)
app.command("validate")(validate.command)
app.command("plan")(plan.command)
app.command("apply")(apply.command)
app.command("up")(up.command)
app.command("drift")(drift.command)
app.command("destroy")(destroy.command)
app.command("output")(output_values.command)
app.command("bootstrap")(bootstrap.command)
app.command("status")(status.command)
app.command("unlock")(unlock.command)
app.command("doctor")(doctor.command)
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(ci.app, name="ci")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"xyztf {xyztf.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def run(arguments: list[str]) -> int:
    """Run one command line. Returns its exit code; no exception leaves."""
    begin(arguments)
    code = _run(arguments)
    end(code)
    return code


def _run(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name need not be text, and a terminal need not have every character.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments, standalone_mode=False)
        if code == ExitCode.INTERRUPTED:  # Typer makes an exit code of Ctrl-C, and says nothing
            raise KeyboardInterrupt
        try:
            sys.stdout.flush()
        except OSError as error:
            return unprinted(error) or _exit_code(code)
        return _exit_code(code)
    except ClickException as error:
        error.show()
        return ExitCode.USAGE
    except XyztfError as error:
        problems(error.problems)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted")
        return ExitCode.INTERRUPTED
    except SystemExit as left:
        # Typer leaves in this way when the reader of the output has gone.
        return unprinted(left.__context__) if isinstance(left.__context__, BrokenPipeError) else _exit_code(left.code)
    except OSError as error:
        if error.filename is None and error.errno in _OUTPUT_FAILED:
            return unprinted(error)
        if problem := refused_by_system(error):
            problems([problem])
            return ExitCode.FAILURE
        return _bug(arguments)
    except Exception:
        return _bug(arguments)


_OUTPUT_FAILED = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO)


def _exit_code(code: object) -> int:
    return code if isinstance(code, int) else ExitCode.OK


def _bug(arguments: list[str]) -> int:
    """Keep what is needed to find a fault of ours; say where it is."""
    text = f"xyztf {xyztf.__version__}, Python {sys.version}\narguments: {arguments}\n\n{traceback.format_exc()}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="xyztf-report-", suffix=".txt", delete=False, encoding="utf-8"
        ) as report:
            report.write(text)
        say(f"this is a bug in xyztf: please report it with the file {report.name}", "red")
    except OSError:
        say(text)
        say("this is a bug in xyztf: please report it with the text above", "red")
    return ExitCode.BUG
