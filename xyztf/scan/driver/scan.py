"""One root module, scanned by checkov's terraform Runner, and what it would not tell by itself."""

from __future__ import annotations

import logging
import sys

from . import closed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def scan(root: str) -> dict[str, Any]:
    """The verdicts on everything in `root`. In a process that scans no other: checkov keeps much in its modules.

    "unread" are files that do not parse, "crashes" checks that did not get to a verdict and attempts that were refused,
    "talk" what checkov logged as a warning or worse, "files" those it read.
    """
    from checkov.runner_filter import RunnerFilter
    from checkov.terraform.runner import Runner

    talk = _listen()
    crashes: list[str] = []
    undecided = _keep_undecided()
    _note_crashes(crashes)
    runner = Runner()
    runner.graph_registry.run_checks = _one_after_another(runner.graph_registry, crashes)
    chosen = RunnerFilter(framework=["terraform"], download_external_modules=False, show_progress_bar=False)
    report = runner.run(root_folder=root, runner_filter=chosen)
    found = [*report.passed_checks, *report.failed_checks, *report.skipped_checks, *undecided]
    crashes += [f"checkov tried {each}, which is refused" for each in closed.attempts]
    return {
        "root": root,
        "records": sorted(map(_record, found), key=_order),
        "unread": sorted(set(report.parsing_errors)),
        "crashes": sorted(set(crashes)),
        "talk": talk,
        "resources": len(report.resources),
        "files": sorted(
            name for name, data in runner.graph_manager.parser.loaded_files_map.items() if data is not None
        ),
        "dead": None,
    }


def _listen() -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            told = f": {type(error).__name__}: {error}" if error else ""
            lines.append((record.levelname.lower(), record.getMessage() + told))

    logger = logging.getLogger()
    logger.handlers[:] = [Handler(logging.WARNING)]
    logger.setLevel(logging.WARNING)
    return lines


def _keep_undecided() -> list[Any]:
    """Verdicts that checkov cannot come to, and drops, such as for a variable without a value."""
    from checkov.common.models.enums import CheckResult
    from checkov.common.output.report import Report

    undecided: list[Any] = []
    add = Report.add_record

    def add_record(report: Any, record: Any) -> None:
        if record.check_result["result"] == CheckResult.UNKNOWN:
            undecided.append(record)
        add(report, record)

    Report.add_record = add_record
    return undecided


def _note_crashes(crashes: list[str]) -> None:
    """Checks that crash: checkov logs them, takes the verdict for undecided, and goes on."""
    from checkov.common.checks.base_check import BaseCheck

    def log_check_error(
        check: Any, scanned_file: str, entity_type: str, entity_name: str, entity_configuration: Any
    ) -> None:
        error = sys.exc_info()[1]
        where = f"{entity_type}.{entity_name} in {scanned_file.lstrip('/')}"
        crashes.append(f"{check.id} crashed on {where}: {type(error).__name__}: {error}")

    BaseCheck.log_check_error = log_check_error


def _one_after_another(registry: Any, crashes: list[str]) -> Any:
    """As the registry's own `run_checks`, without its threads, which nobody asks whether they crashed."""

    def run_checks(graph: Any, runner_filter: Any, report_type: str) -> dict[Any, Any]:
        results: dict[Any, Any] = {}
        for check in registry.checks:
            if runner_filter.should_run_check(check, report_type=report_type):
                try:
                    registry.run_check_parallel(check, results, graph)
                except Exception as error:
                    crashes.append(f"{check.id} crashed: {type(error).__name__}: {error}")
        return results

    return run_checks


def _record(record: Any) -> dict[str, Any]:
    result = record.check_result
    caller = record.caller_file_path
    return {
        "check": record.check_id,
        "result": result["result"].value.lower(),
        "resource": record.resource,
        "file": record.file_path,
        "path": record.file_abs_path,
        "lines": list(record.file_line_range),
        "keys": sorted(str(key) for key in result.get("evaluated_keys") or []),
        "comment": result.get("suppress_comment"),
        "caller": caller,
        "caller_lines": list(record.caller_file_line_range) if caller else None,
    }


def _order(record: dict[str, Any]) -> tuple[Any, ...]:
    return (record["path"], record["lines"], record["check"], record["resource"], record["result"])
