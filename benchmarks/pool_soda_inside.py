"""
Runs in the environment of Soda: judge one Parquet file, print what was found and what it took.

The second argument is `table` (Soda's own way with a Parquet file: it loads it first) or `view` (it reads the file in
place, which is our way).
"""

from __future__ import annotations

import json
import resource
import sys
import time

import duckdb
from soda.__version__ import SODA_CORE_VERSION
from soda.scan import Scan

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SUM = " + ".join(
    f"{weight} * CAST(substr(resident_id, {place}, 1) AS INTEGER)" for place, weight in enumerate(_WEIGHTS, start=1)
)
_PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
    *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"),
)
# Soda has no such rule of its own: GB 11643 as it is written there.
_RIGHT = (
    r"CASE WHEN regexp_full_match(resident_id, '[0-9]{17}[0-9X]') THEN"
    f" substr(resident_id, 1, 2) IN ({', '.join(map(repr, _PROVINCES))})"
    " AND try_strptime(substr(resident_id, 7, 8), '%Y%m%d') BETWEEN DATE '1850-01-01' AND current_date"
    f" AND substr('10X98765432', ({_SUM}) % 11 + 1, 1) = substr(resident_id, 18, 1) ELSE false END"
)
CHECKS = f"""
checks for si:
  - missing_count(resident_id) = 0:
      name: resident_id.required
  - check_digit = 0:
      name: resident_id.check_digit
      check_digit expression: "count(*) FILTER (WHERE resident_id IS NOT NULL AND NOT ({_RIGHT}))"
  - invalid_count(month) = 0:
      name: month.pattern
      valid regex: "^[0-9]{{4}}-(0[1-9]|1[0-2])$"
  - invalid_count(insurance) = 0:
      name: insurance.code_list
      valid values: [养老保险, 失业保险, 工伤保险]
  - invalid_count(division) = 0:
      name: division.pattern
      valid regex: "^51[0-9]{{4}}$"
  - missing_count(base) = 0:
      name: base.required
  - invalid_count(base) = 0:
      name: base.range
      valid min: 100000
      valid max: 5000000
  - invalid_count(status) = 0:
      name: status.code_list
      valid values: [正常缴费, 欠费, 补缴]
  - too_far = 0:
      name: paid_on.range
      too_far expression: "count(*) FILTER (WHERE paid_on NOT BETWEEN DATE '2000-01-01' AND current_date + 31)"
  - duplicate_count(resident_id, month, insurance) = 0:
      name: key.unique
      filter: resident_id IS NOT NULL
"""


def judge(file: str, how: str) -> dict[str, int]:
    """Judge the file; return how many rows break each rule."""
    connection = duckdb.connect()
    connection.execute(f"CREATE {how} si AS SELECT * FROM read_parquet('{file}')")  # noqa: S608 - our own file
    scan = Scan()
    scan.disable_telemetry()
    scan.set_data_source_name("file")
    scan.add_duckdb_connection(connection, "file")
    scan.add_sodacl_yaml_str(CHECKS)
    scan.execute()
    assert not scan.get_error_logs_text(), scan.get_error_logs_text()
    found = {check["name"]: check["diagnostics"]["value"] for check in scan.get_scan_results()["checks"]}
    return {rule: int(count) for rule, count in found.items() if count}


def main() -> None:
    """Measure reading and judging; what it takes to import is not counted."""
    used, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    broken = judge(sys.argv[1], sys.argv[2])
    wall, now = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    told = {"broken": broken, "cpu": round(cpu, 3), "wall": round(wall, 3), "peak_mb": round(now.ru_maxrss / 1024, 1)}
    print(json.dumps({**told, "version": SODA_CORE_VERSION, "engine": f"duckdb {duckdb.__version__}"}))


if __name__ == "__main__":
    main()
