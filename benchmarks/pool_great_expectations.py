"""
The ten rules by Great Expectations, on pandas as its documentation reads Parquet files from one machine.

`python -m benchmarks.pool_great_expectations --rows 10000000`: same rows, same verdicts, its CPU and wall beside ours.
"""

from __future__ import annotations

from benchmarks import pool_peers

REQUIREMENTS = ("great_expectations==1.24.1", "pandas==3.1.1", "pyarrow==26.0.1", "numpy==2.4.6")

if __name__ == "__main__":
    pool_peers.main("great_expectations", "pool_great_expectations_inside.py", REQUIREMENTS, ["apply", "numpy"])
