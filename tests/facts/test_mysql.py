from __future__ import annotations

import pytest

from xyztf.facts import mysql


def test_static_and_unknown_parameters_wait_for_a_reboot() -> None:
    assert mysql.apply_method("max_connections") == "immediate"
    assert mysql.apply_method("performance_schema") == "pending-reboot"
    assert mysql.apply_method("innodb_buffer_pool_size") == "pending-reboot"
    assert mysql.apply_method("no_such_parameter") == "pending-reboot"


def test_no_parameter_is_both_dynamic_and_static_or_both_known_and_gone() -> None:
    assert mysql.known()
    assert all(mysql.superseded(name) is None for name in mysql.known())
    assert all(mysql.ours(name) is None for name in mysql.known())
    waits = [name for name in mysql.known() if mysql.apply_method(name) == "pending-reboot"]
    assert {"lower_case_table_names", "innodb_buffer_pool_instances", "gtid_mode"} <= set(waits)


@pytest.mark.parametrize("name", ["query_cache_type", "query_cache_size", "query_cache_limit"])
def test_the_query_cache_is_refused(name: str) -> None:
    gone = mysql.superseded(name)
    assert gone is not None
    assert gone.action == "refuse"
    assert "8.0" in gone.refusal().reason


def test_the_seeds_log_file_size_becomes_the_redo_log_capacity() -> None:
    translated, applied = mysql.translate({"innodb_log_file_size": "512M", "max_connections": "1000"})
    assert translated == {"max_connections": "1000", "innodb_redo_log_capacity": "1073741824"}
    assert [what.name for what in applied] == ["innodb_log_file_size"]


def test_the_number_of_log_files_counts() -> None:
    translated, _ = mysql.translate({"innodb_log_file_size": "256M", "innodb_log_files_in_group": "4"})
    assert translated == {"innodb_redo_log_capacity": "1073741824"}


def test_a_value_under_the_new_name_stands() -> None:
    translated, _ = mysql.translate({"innodb_log_file_size": "512M", "innodb_redo_log_capacity": "2147483648"})
    assert translated == {"innodb_redo_log_capacity": "2147483648"}


def test_renamed_parameters() -> None:
    translated, _ = mysql.translate(
        {"slave_parallel_workers": "4", "default_authentication_plugin": "caching_sha2_password", "tx_isolation": "X"}
    )
    assert translated == {
        "replica_parallel_workers": "4",
        "authentication_policy": "*:caching_sha2_password",
        "transaction_isolation": "X",
    }


def test_what_has_to_be_refused_is_left_alone() -> None:
    assert mysql.translate({"query_cache_size": "256M"}) == ({"query_cache_size": "256M"}, ())


def test_what_is_ours() -> None:
    assert mysql.ours("require_secure_transport") is not None
    assert mysql.ours("max_connections") is None
    assert mysql.fixed_at_creation("lower_case_table_names")
    assert mysql.sized_by_rds("innodb_buffer_pool_size")


@pytest.mark.parametrize(("size", "number"), [("512M", 536870912), ("2g", 2147483648), ("1024", 1024), ("1 KiB", 1024)])
def test_sizes(size: str, number: int) -> None:
    assert mysql.in_bytes(size) == number


@pytest.mark.parametrize("size", ["", "75%", "-1", "1.5G", "${x}"])
def test_what_is_no_size(size: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        mysql.in_bytes(size)


def test_a_share_of_memory_is_a_formula() -> None:
    assert mysql.share_of_memory(75) == "{DBInstanceClassMemory*75/100}"
