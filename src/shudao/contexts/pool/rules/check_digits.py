"""
Check digits as arithmetic on whole numbers: no loop, and no look at single characters where numbers do.

With n the number of the first 17 digits, the digit at place k from the right is n//10^k - 10*(n//10^(k+1)). GB 11643
weighs it by 2^(k+1) mod 11, and 10 is -1 mod 11: so the weighted sum is 2*n and, over k > 0, 3*2^k * (n//10^k), mod 11.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from shudao.contexts.pool.rules import terms

_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIGITS = 17
# Provinces of GB/T 2260; 81 to 83: residence permits of people from Hong Kong, Macao and Taiwan.
_PROVINCES = (
    *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46),
    *(50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83),
)
_TEST_REGION = 5199
_EARLIEST = 1850


def resident_number(value: exp.Expr, name: str) -> exp.Expr:
    """Return the helper column of a resident ID: its first 17 digits as a whole number."""
    head = terms.tried(terms.part(value, 1, _DIGITS), "bigint")
    return exp.alias_(head, f"{name}:head", quoted=True)


def born(name: str, table: str = "") -> exp.Expr:
    """Return the day of birth in a resident ID as the number yyyymmdd, from the helper column."""
    return terms.rest(terms.divided(terms.column(f"{name}:head", table), 1_000), 100_000_000)


def is_female(name: str, table: str = "") -> exp.Expr:
    """Whether the 17th digit of a resident ID is even."""
    return _zero(terms.rest(terms.column(f"{name}:head", table), 2))


def resident(scope: terms.Scope, name: str) -> exp.Expr:
    """
    Whether the value is a resident ID: 18 characters, a province, a day not after today, and the check character.

    The unallocated region 5199xx, of which generated people are, passes only where `scope.test_numbers` says so.

    Source:
        GB 11643, GB/T 2260; proved by tests/contexts/pool/rules/test_check_digits.py
    """
    value = scope.text(name)
    head = terms.column(f"{name}:head", scope.table)
    parts = [
        terms.length_is(value, 18),
        # The engine reads signs, points and exponents too: what prints as it was written has none.
        exp.GTE(this=head.copy(), expression=terms.number(10 ** (_DIGITS - 1))),
        terms.same(exp.cast(head.copy(), "text"), terms.part(value, 1, _DIGITS)),
        terms.divided(head, 10**15).isin(*(terms.number(one) for one in _PROVINCES)),
        _is_day(born(name, scope.table), scope.today),
        terms.same(_resident_check(head), terms.part(value, 18, 1)),
    ]
    if not scope.test_numbers:
        parts.append(exp.NEQ(this=terms.divided(head, 10**13), expression=terms.number(_TEST_REGION)))
    return terms.surely(exp.and_(*parts))


def _resident_check(head: exp.Expr) -> exp.Expr:
    quotients = [terms.rest(head, 11), *(terms.divided(head, 10**place) for place in range(1, _DIGITS))]
    weights = [2, *(3 * pow(2, place, 11) % 11 for place in range(1, _DIGITS))]
    total = terms.sum_of([terms.times(one, weight) for one, weight in zip(quotients, weights, strict=True)])
    place = exp.Add(this=terms.rest(total, 11), expression=terms.number(1))
    return exp.Substring(this=exp.Literal.string(_CHECKS), start=place, length=terms.number(1))


def _is_day(written: exp.Expr, today: date) -> exp.Expr:
    """Whether the number yyyymmdd is a day that exists and is not after today."""
    year, month, day = (
        terms.divided(written, 10_000),
        terms.rest(terms.divided(written, 100), 100),
        terms.rest(written, 100),
    )
    leap = exp.or_(
        exp.and_(_zero(terms.rest(year, 4)), exp.not_(_zero(terms.rest(year, 100)))), _zero(terms.rest(year, 400))
    )
    february = terms.same(month.copy(), terms.number(2))
    length = exp.Case(
        ifs=[
            exp.If(this=february, true=terms.number(28)),
            exp.If(this=month.copy().isin(*map(terms.number, (4, 6, 9, 11))), true=terms.number(30)),
        ],
        default=terms.number(31),
    )
    leap_day = exp.and_(february.copy(), terms.same(day.copy(), terms.number(29)), leap)
    first, last = terms.number(_EARLIEST * 10_000), terms.number(int(today.strftime("%Y%m%d")))
    return exp.and_(
        exp.Between(this=written.copy(), low=first, high=last),
        exp.Between(this=month.copy(), low=terms.number(1), high=terms.number(12)),
        exp.GTE(this=day.copy(), expression=terms.number(1)),
        exp.or_(exp.LTE(this=day.copy(), expression=length), leap_day),
    )


def _zero(value: exp.Expr) -> exp.Expr:
    return terms.same(value, terms.number(0))


def credit(scope: terms.Scope, name: str) -> exp.Expr:
    """
    Whether the value is a credit code: 18 characters of its alphabet, the last the check character.

    Source:
        GB 32100; proved by tests/contexts/pool/rules/test_check_digits.py
    """
    value = scope.text(name)

    def worth(place: int) -> exp.Expr:
        found = exp.StrPosition(this=exp.Literal.string(_CREDIT_ALPHABET), substr=terms.part(value, place + 1, 1))
        return exp.paren(exp.Sub(this=found, expression=terms.number(1)))

    total = [terms.times(worth(place), pow(3, place, 31)) for place in range(17)]
    whole = terms.sum_of([*total, worth(17)])
    return terms.surely(exp.and_(terms.matches(value, f"[{_CREDIT_ALPHABET}]{{18}}"), _zero(terms.rest(whole, 31))))
