"""The same table, rules and questions in PostgreSQL's own words, as somebody who knows it would write them."""

from __future__ import annotations

TABLE = """
CREATE TABLE si (
    resident_id text, month text, insurance text, employer text, division text, base integer, personal integer,
    employer_paid integer, kind text, status text, paid_on date, months integer
)
"""
COPY = "COPY {table} FROM STDIN (FORMAT csv)"
UNIQUE_INDEX = "CREATE UNIQUE INDEX si_key ON si (resident_id, month, insurance)"
SUBJECT_INDEX = "CREATE INDEX si_subject ON si (resident_id)"
LOOKUP = "SELECT * FROM si WHERE resident_id = %s"
SIZE = "SELECT pg_total_relation_size('si')"
SUBJECT_SIZE = "SELECT pg_relation_size('si_subject')"

# GB 11643 as whole-number arithmetic. Tried at a million rows: single characters cost 3.9 to 4.5 µs of processor time a
# row for all rules together, this 2.9. OFFSET 0 keeps the number from being reckoned anew for each of its places (32
# µs); what it costs is the second process, so that wall time is as with single characters.
_SUM = " + ".join(["2 * n", *(f"{3 * 2**place % 11} * (n / {10**place})" for place in range(1, 17))])
_PROVINCES = (
    "{11,12,13,14,15,21,22,23,31,32,33,34,35,36,37,41,42,43,44,45,46,50,51,52,53,54,61,62,63,64,65,71,81,82,83}"
)
_DAY = """
    y BETWEEN 1850 AND 2100 AND m BETWEEN 1 AND 12 AND d BETWEEN 1 AND 31 AND (
        d <= 28 OR (m <> 2 AND (d <= 30 OR m NOT IN (4, 6, 9, 11)))
        OR (m = 2 AND d = 29 AND y % 4 = 0 AND (y % 100 <> 0 OR y % 400 = 0)))
    AND y * 10000 + m * 100 + d <= to_char(current_date, 'YYYYMMDD')::integer
"""
_RIGHT = f"""
    n IS NOT NULL AND n / 1000000000000000 = ANY ('{_PROVINCES}'::bigint[]) AND {_DAY}
    AND substr('10X98765432', (({_SUM}) % 11)::integer + 1, 1) = right(resident_id, 1)
"""
RULES = f"""
SELECT count(*),
    count(*) FILTER (WHERE resident_id IS NULL),
    count(*) FILTER (WHERE resident_id IS NOT NULL AND NOT coalesce({_RIGHT}, false)),
    count(*) FILTER (WHERE month !~ '^[0-9]{{4}}-(0[1-9]|1[0-2])$'),
    count(*) FILTER (WHERE insurance NOT IN ('养老保险', '失业保险', '工伤保险')),
    count(*) FILTER (WHERE division !~ '^51[0-9]{{4}}$'),
    count(*) FILTER (WHERE base IS NULL),
    count(*) FILTER (WHERE base NOT BETWEEN 100000 AND 5000000),
    count(*) FILTER (WHERE status NOT IN ('正常缴费', '欠费', '补缴')),
    count(*) FILTER (WHERE paid_on NOT BETWEEN DATE '2000-01-01' AND current_date + 31)
FROM (
    SELECT *, (n / 10000000) % 10000 AS y, (n / 100000) % 100 AS m, (n / 1000) % 100 AS d
    FROM (
        SELECT *, CASE WHEN length(resident_id) = 18 AND ltrim(left(resident_id, 17), '0123456789') = ''
            THEN left(resident_id, 17)::bigint END AS n
        FROM si OFFSET 0
    ) AS numbered
) AS dated
"""  # noqa: S608 - nothing in it comes from outside
RULE_CODES = (
    *("resident_id.required", "resident_id.check_digit", "month.pattern", "insurance.code_list", "division.pattern"),
    *("base.required", "base.range", "status.code_list", "paid_on.range"),
)
UNIQUE = """
SELECT coalesce(sum(n - 1), 0)::bigint FROM (
    SELECT count(*) AS n FROM si WHERE resident_id IS NOT NULL
    GROUP BY resident_id, month, insurance HAVING count(*) > 1
) AS repeated
"""
FORGET_REPEATED = """
DELETE FROM si WHERE ctid IN (
    SELECT ctid FROM (
        SELECT ctid, row_number() OVER (PARTITION BY resident_id, month, insurance ORDER BY ctid) AS n
        FROM si WHERE resident_id IS NOT NULL
    ) AS numbered WHERE n > 1
)
"""
OTHER = """
CREATE TABLE other AS SELECT resident_id, CASE WHEN hashtext(resident_id) % 2 = 0 THEN '女' ELSE '男' END AS sex
FROM (SELECT DISTINCT resident_id FROM si WHERE resident_id IS NOT NULL) AS people
"""
JOIN = """
SELECT other.sex, si.insurance, count(*), sum(si.base) FROM si JOIN other USING (resident_id) GROUP BY 1, 2
"""
CHANGES = "CREATE TEMPORARY TABLE changes (LIKE si)"
UPSERT = """
INSERT INTO si SELECT * FROM changes ON CONFLICT (resident_id, month, insurance) DO UPDATE SET
    employer = excluded.employer, division = excluded.division, base = excluded.base, personal = excluded.personal,
    employer_paid = excluded.employer_paid, kind = excluded.kind, status = excluded.status,
    paid_on = excluded.paid_on, months = excluded.months
"""
