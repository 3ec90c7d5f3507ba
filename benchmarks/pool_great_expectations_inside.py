"""
Runs in the environment of Great Expectations: judge one Parquet file, print what was found and what it took.

It has no rule for resident IDs. The second argument says how one is added: `apply`, a function for each value, as the
expectations of its gallery are written; or `numpy`, whole columns at once, as fast as we could write it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from datetime import date, timedelta
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import numpy as np
import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial

warnings.simplefilter("ignore")
TODAY = pd.Timestamp.now().date()
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WEIGHTS = np.array(_WEIGHTS)
CHECKS = np.frombuffer(b"10X98765432", np.uint8)
PROVINCES = [*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]


def is_resident_id(value: str) -> bool:
    """Whether one value is a resident ID."""
    if len(value) != 18 or not value[:17].isdigit() or int(value[:2]) not in PROVINCES:
        return False
    try:
        day = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False))
    return date(1850, 1, 1) <= day <= TODAY and value[17] == "10X98765432"[total % 11]


class ResidentId(ColumnMapMetricProvider):
    """Judges value by value, or whole columns."""

    condition_metric_name = "column_values.resident_id"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **kwargs: Any) -> pd.Series:  # noqa: N805 - how the library has it
        if sys.argv[2] == "apply":
            return column.apply(is_resident_id)
        right = (column.str.len() == 18).to_numpy(copy=True)
        text = column.where(right, "0" * 18).to_numpy(dtype="S18")
        letters = np.frombuffer(text.tobytes(), np.uint8).reshape(-1, 18)
        digits = letters[:, :17].astype(np.int32) - 48
        right &= ((digits >= 0) & (digits <= 9)).all(axis=1)
        right &= CHECKS[digits @ WEIGHTS % 11] == letters[:, 17]
        right &= np.isin(digits[:, 0] * 10 + digits[:, 1], PROVINCES)
        days = pd.to_datetime(column.str.slice(6, 14), format="%Y%m%d", errors="coerce")
        right &= ((days >= "1850-01-01") & (days <= pd.Timestamp(TODAY))).to_numpy()
        return pd.Series(right, index=column.index)


class ExpectResidentIds(ColumnMapExpectation):
    """Every value is a resident ID with the right check character."""

    map_metric = "column_values.resident_id"


def expectations() -> dict[str, Any]:
    """The ten rules."""
    return {
        "resident_id.required": gxe.ExpectColumnValuesToNotBeNull(column="resident_id"),
        "resident_id.check_digit": ExpectResidentIds(column="resident_id"),
        "month.pattern": gxe.ExpectColumnValuesToMatchRegex(column="month", regex="^[0-9]{4}-(0[1-9]|1[0-2])$"),
        "insurance.code_list": gxe.ExpectColumnValuesToBeInSet(
            column="insurance", value_set=["养老保险", "失业保险", "工伤保险"]
        ),
        "division.pattern": gxe.ExpectColumnValuesToMatchRegex(column="division", regex="^51[0-9]{4}$"),
        "base.required": gxe.ExpectColumnValuesToNotBeNull(column="base"),
        "base.range": gxe.ExpectColumnValuesToBeBetween(column="base", min_value=100_000, max_value=5_000_000),
        "status.code_list": gxe.ExpectColumnValuesToBeInSet(column="status", value_set=["正常缴费", "欠费", "补缴"]),
        "paid_on.range": gxe.ExpectColumnValuesToBeBetween(
            column="paid_on",
            min_value=date(2000, 1, 1),
            max_value=TODAY + timedelta(days=31),
        ),
        "key.unique": gxe.ExpectCompoundColumnsToBeUnique(
            column_list=["resident_id", "month", "insurance"], ignore_row_if="any_value_is_missing"
        ),
    }


def judge(file: str) -> dict[str, int]:
    """Read the file and judge it; return how many rows break each rule."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("pandas").add_parquet_asset("si", path=file)
    definition = asset.add_batch_definition("whole")
    suite = context.suites.add(gx.ExpectationSuite(name="ten"))
    rules = expectations()
    for rule, expectation in rules.items():
        expectation.meta = {"rule": rule}
        suite.add_expectation(expectation)
    validation = context.validation_definitions.add(gx.ValidationDefinition(name="ten", data=definition, suite=suite))
    found = validation.run(result_format={"result_format": "BASIC", "partial_unexpected_count": 0})
    broken = {}
    for result in found.results:
        assert not result.exception_info.get("raised_exception"), result.exception_info
        rule = result.expectation_config.meta["rule"]
        # Both rows of a pair are unexpected; the first one is good by our rule.
        broken[rule] = result.result["unexpected_count"] // (2 if rule == "key.unique" else 1)
    return {rule: int(count) for rule, count in broken.items() if count}


def main() -> None:
    """Measure reading and judging; what it takes to import is not counted."""
    used, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    broken = judge(sys.argv[1])
    wall, now = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    told = {"broken": broken, "cpu": round(cpu, 3), "wall": round(wall, 3), "peak_mb": round(now.ru_maxrss / 1024, 1)}
    print(json.dumps({**told, "version": gx.__version__, "engine": f"pandas {pd.__version__}"}))


if __name__ == "__main__":
    main()
