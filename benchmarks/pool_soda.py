"""
The ten rules by Soda Core on DuckDB, written in SodaCL.

`python -m benchmarks.pool_soda --rows 10000000`: same rows, same verdicts, its CPU and wall beside ours.
"""

from __future__ import annotations

from benchmarks import pool_peers

# The last DuckDB that this release of Soda admits.
REQUIREMENTS = ("soda-core-duckdb==3.5.6", "duckdb==1.0.0", "setuptools==80.9.0")

if __name__ == "__main__":
    pool_peers.main("soda", "pool_soda_inside.py", REQUIREMENTS, ["table", "view"])
