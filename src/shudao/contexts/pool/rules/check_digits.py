"""
Check digits as arithmetic on whole numbers: no loop, and no look at single characters where numbers do.

With n the number of the first 17 digits, the digit at place k from the right is n//10^k - 10*(n//10^(k+1)). GB 11643
weighs it by 2^(k+1) mod 11, and 10 is -1 mod 11: so the weighted sum is 2*n and, over k > 0, 3*2^k * (n//10^k), mod 11.
"""

from __future__ import annotations

from sqlglot import exp

from shudao.contexts.pool.rules import terms

_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DIGITS = 17
_LOW = 8
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


def resident_halves(name: str) -> list[exp.Expr]:
    """
    Return the next helper columns: the first nine digits and the other eight; short numbers divide faster.

    The engine reads signs, points and exponents too: what prints as it was written, 17 digits long, has none of them.
    """
    head = terms.column(f"{name}:head")
    sane = exp.and_(
        exp.Between(this=head.copy(), low=terms.number(10 ** (_DIGITS - 1)), high=terms.number(10**_DIGITS - 1)),
        terms.same(exp.cast(head.copy(), "text"), terms.part(terms.column(name), 1, _DIGITS)),
    )
    halves = {"high": terms.divided(head, 10**_LOW), "low": terms.rest(head, 10**_LOW)}
    return [
        exp.alias_(exp.cast(exp.Case(ifs=[exp.If(this=sane.copy(), true=half)]), "int"), f"{name}:{part}", quoted=True)
        for part, half in halves.items()
    ]


def _born(name: str, table: str) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    """Year, month and day: three digits of the year end the first half, its last begins the second."""
    high, low = terms.column(f"{name}:high", table), terms.column(f"{name}:low", table)
    year = terms.sum_of([terms.times(terms.rest(high, 1000), 10), terms.divided(low, 10**7)])
    return year, terms.rest(terms.divided(low, 10**5), 100), terms.rest(terms.divided(low, 10**3), 100)


def born(name: str, table: str = "") -> exp.Expr:
    """Return the day of birth in a resident ID as the number yyyymmdd, from the helper columns."""
    year, month, day = _born(name, table)
    return terms.sum_of([terms.times(year, 10_000), terms.times(month, 100), day])


def is_female(name: str, table: str = "") -> exp.Expr:
    """Whether the 17th digit of a resident ID is even."""
    return _zero(terms.rest(terms.column(f"{name}:low", table), 2))


def resident(scope: terms.Scope, name: str) -> exp.Expr:
    """
    Whether the value is a resident ID: 18 characters, a province, a day not after today, and the check character.

    The unallocated region 5199xx, of which generated people are, passes only where `scope.test_numbers` says so.

    Source:
        GB 11643, GB/T 2260; proved by tests/contexts/pool/rules/test_check_digits.py
    """
    value = scope.text(name)
    high = terms.column(f"{name}:high", scope.table)
    parts = [
        terms.length_is(value, 18),
        terms.divided(high, 10**7).isin(*(terms.number(one) for one in _PROVINCES)),
        _is_day(name, scope),
        terms.same(_resident_check(name, scope.table), terms.part(value, 18, 1)),
    ]
    if not scope.test_numbers:
        parts.append(exp.NEQ(this=terms.divided(high, 10**5), expression=terms.number(_TEST_REGION)))
    return terms.surely(exp.and_(*parts))


def _resident_check(name: str, table: str) -> exp.Expr:
    """
    Reckon in 32 bits: weights from -5 to 5, the whole of a half by its remainder.

    For k below 8, n//10^k is low//10^k + high*10^(8-k): what `high` adds is one multiple of it in all.
    """
    high, low = terms.column(f"{name}:high", table), terms.column(f"{name}:low", table)
    weights = [2, *(3 * pow(2, place, 11) % 11 for place in range(1, _DIGITS))]
    carried = sum(weights[place] * pow(10, _LOW - place) for place in range(_LOW))
    parts = [
        terms.times(terms.rest(high, 11), (carried + weights[_LOW]) % 11),
        *(_weighed(high, place, weights[_LOW + place]) for place in range(1, _DIGITS - _LOW)),
        terms.times(terms.rest(low, 11), weights[0]),
        *(_weighed(low, place, weights[place]) for place in range(1, _LOW)),
    ]
    # Weights below zero may leave a remainder below zero.
    place = terms.sum_of([terms.rest(terms.sum_of([terms.rest(terms.sum_of(parts), 11), terms.number(11)]), 11)])
    start = exp.Add(this=place, expression=terms.number(1))
    return exp.Substring(this=exp.Literal.string(_CHECKS), start=start, length=terms.number(1))


def _weighed(half: exp.Expr, place: int, weight: int) -> exp.Expr:
    small = weight - 11 if weight > 5 else weight
    return terms.times(terms.divided(half, 10**place), small)


def _is_day(name: str, scope: terms.Scope) -> exp.Expr:
    """Whether the day exists and is not after today."""
    year, month, day = _born(name, scope.table)
    leap = exp.or_(
        exp.and_(_zero(terms.rest(year, 4)), exp.not_(_zero(terms.rest(year, 100)))), _zero(terms.rest(year, 400))
    )
    february = terms.same(month.copy(), terms.number(2))
    thirty = month.copy().isin(*map(terms.number, (4, 6, 9, 11)))
    leap_day = exp.and_(february, terms.same(day.copy(), terms.number(29)), leap)
    first, last = terms.number(_EARLIEST * 10_000), terms.number(int(scope.today.strftime("%Y%m%d")))
    at_most_30 = exp.LTE(this=day.copy(), expression=terms.number(30))
    # Most days are before the 29th: what comes after is looked at for the others only.
    exists = exp.or_(
        exp.LTE(this=day.copy(), expression=terms.number(28)),
        exp.and_(
            exp.not_(february.copy()),
            exp.or_(at_most_30, exp.and_(terms.same(day.copy(), terms.number(31)), exp.not_(thirty))),
        ),
        leap_day,
    )
    return exp.and_(
        exp.Between(this=born(name, scope.table), low=first, high=last),
        exp.Between(this=month.copy(), low=terms.number(1), high=terms.number(12)),
        exp.GTE(this=day.copy(), expression=terms.number(1)),
        exists,
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
