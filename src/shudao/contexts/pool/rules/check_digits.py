"""
Check digits as arithmetic on whole numbers: no loop, and no look at single characters where numbers do.

Where rows come as columns in memory, adapters/residents.py reckons the same numbers faster, and the query takes them.

With n the number of the first 17 digits, the digit at place k from the right is n//10^k - 10*(n//10^(k+1)). GB 11643
weighs it by 2^(k+1) mod 11, and 10 is -1 mod 11: so the weighted sum is 2*n and, over k > 0, 3*2^k * (n//10^k), mod 11.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from shudao.contexts.pool.rules import terms

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HELPERS = ("high", "low", "sum")
_DIGITS = 17
_LOW = 8
# Provinces of GB/T 2260; 81 to 83: residence permits of people from Hong Kong, Macao and Taiwan.
PROVINCES = (
    *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46),
    *(50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83),
)
_HALF = 60  # provinces below it have their bits in the first word
_TEST_REGION = 5199
_EARLIEST = 1850


def numbered(rows: exp.Select, names: Sequence[str]) -> exp.Select:
    """
    Return the rows with the helper columns (`HELPERS`) of columns of resident IDs, as "<column>:<helper>".

    `high` and `low` are the first nine and the next eight digits, NULL where the first 17 characters are no number
    without a zero in front; `sum` is the weighted sum of all 18 mod 11, NULL too where no resident ID ends so.
    """
    for made in (_wholes, _halves, _sums) if names else ():
        added = [one for name in names for one in made(name)]
        rows = exp.select(exp.Star(), *added).from_(rows.subquery(f"with{made.__name__}"))
    return rows


def _wholes(name: str) -> list[exp.Expr]:
    """
    The whole as a number, where its end is a digit, and its first 17.

    To read the whole and divide costs less than to cut the text; only what ends otherwise is cut.
    """
    value = terms.column(name)
    read = terms.tried(value, "bigint")
    # A point or a space at its end would leave it shorter.
    long = exp.and_(
        terms.length_is(value, _DIGITS + 1), exp.GTE(this=read.copy(), expression=terms.number(10**_DIGITS))
    )
    whole = exp.Case(ifs=[exp.If(this=long, true=read)])
    cut = terms.tried(terms.part(value, 1, _DIGITS), "bigint")
    head = exp.func("COALESCE", terms.divided(whole, 10), cut)
    return [exp.alias_(whole, f"{name}:whole", quoted=True), exp.alias_(head, f"{name}:head", quoted=True)]


def _halves(name: str) -> list[exp.Expr]:
    """
    Short numbers divide faster.

    The engine reads signs, points and exponents too: what prints as the value begins, 17 digits long, has none of them.
    """
    head = terms.column(f"{name}:head")
    sane = exp.and_(
        exp.Between(this=head.copy(), low=terms.number(10 ** (_DIGITS - 1)), high=terms.number(10**_DIGITS - 1)),
        exp.StartsWith(this=terms.column(name), expression=exp.cast(head.copy(), "text")),
    )
    halves = {"high": terms.divided(head, 10**_LOW), "low": terms.rest(head, 10**_LOW)}
    return [
        exp.alias_(exp.cast(exp.Case(ifs=[exp.If(this=sane.copy(), true=half)]), "int"), f"{name}:{part}", quoted=True)
        for part, half in halves.items()
    ]


def _sums(name: str) -> list[exp.Expr]:
    """
    Reckoned in 32 bits: weights from -5 to 5, the whole of a half by its remainder.

    For k below 8, n//10^k is low//10^k + high*10^(8-k): what `high` adds is one multiple of it in all.
    """
    high, low = terms.column(f"{name}:high"), terms.column(f"{name}:low")
    weights = [2, *(3 * pow(2, place, 11) % 11 for place in range(1, _DIGITS))]
    carried = sum(weights[place] * pow(10, _LOW - place) for place in range(_LOW))
    parts = [
        terms.times(terms.rest(high, 11), (carried + weights[_LOW]) % 11),
        *(_weighed(high, place, weights[_LOW + place]) for place in range(1, _DIGITS - _LOW)),
        terms.times(terms.rest(low, 11), weights[0]),
        *(_weighed(low, place, weights[place]) for place in range(1, _LOW)),
    ]
    # Weights below zero may leave a remainder below zero.
    digits = terms.sum_of([terms.rest(terms.sum_of(parts), 11), terms.number(11)])
    ten = exp.EndsWith(this=terms.column(name), expression=exp.Literal.string("X"))
    ends = exp.Case(ifs=[exp.If(this=ten, true=terms.number(10))])
    check = exp.func("COALESCE", terms.rest(terms.column(f"{name}:whole"), 10), ends)
    return [exp.alias_(terms.rest(terms.sum_of([digits, check]), 11), f"{name}:sum", quoted=True)]


def _weighed(half: exp.Expr, place: int, weight: int) -> exp.Expr:
    small = weight - 11 if weight > 5 else weight
    return terms.times(terms.divided(half, 10**place), small)


def born(name: str, table: str = "") -> exp.Expr:
    """
    Return the day of birth in a resident ID as the number yyyymmdd, from the helper columns.

    Three digits of the year end the first half; the others begin the second.
    """
    high, low = terms.column(f"{name}:high", table), terms.column(f"{name}:low", table)
    return terms.sum_of([terms.times(terms.rest(high, 1000), 10**5), terms.divided(low, 10**3)])


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
        _is_province(terms.divided(high, 10**7)),
        _is_day(name, scope),
        terms.same(terms.column(f"{name}:sum", scope.table), terms.number(1)),
    ]
    if not scope.test_numbers:
        parts.append(exp.NEQ(this=terms.divided(high, 10**5), expression=terms.number(_TEST_REGION)))
    return terms.surely(exp.and_(*parts))


def _is_province(number: exp.Expr) -> exp.Expr:
    """Whether the number is a province's: a bit each in two numbers, for a long list is asked by a hash table."""
    words = [sum(1 << one % _HALF for one in PROVINCES if one // _HALF == part) for part in (0, 1)]
    early = exp.LT(this=number.copy(), expression=terms.number(_HALF))
    late = exp.paren(exp.Sub(this=number.copy(), expression=terms.number(_HALF)))
    shifted = [
        exp.BitwiseRightShift(this=terms.number(word), expression=by)
        for word, by in zip(words, (number.copy(), late), strict=True)
    ]
    bits = exp.Case(ifs=[exp.If(this=early, true=shifted[0])], default=shifted[1])
    return terms.same(exp.paren(exp.BitwiseAnd(this=bits, expression=terms.number(1))), terms.number(1))


def _is_day(name: str, scope: terms.Scope) -> exp.Expr:
    """Whether the day exists and is not after today. Few days are after the 28th: the others need no calendar."""
    low = terms.column(f"{name}:low", scope.table)
    month, day = terms.rest(terms.divided(low, 10**5), 100), terms.rest(terms.divided(low, 10**3), 100)
    early = exp.LTE(this=day.copy(), expression=terms.number(28))
    last = exp.Case(ifs=[exp.If(this=early, true=terms.number(28))], default=_last_day(name, month, scope.table))
    first, today = terms.number(_EARLIEST * 10_000), terms.number(int(scope.today.strftime("%Y%m%d")))
    return exp.and_(
        exp.Between(this=born(name, scope.table), low=first, high=today),
        exp.Between(this=month.copy(), low=terms.number(1), high=terms.number(12)),
        exp.Between(this=day.copy(), low=terms.number(1), high=last),
    )


def _last_day(name: str, month: exp.Expr, table: str) -> exp.Expr:
    """Return the month's last day: 31 in odd months up to July and in even ones from August on."""
    year = terms.divided(born(name, table), 10**4)
    leap = exp.or_(
        exp.and_(_zero(terms.rest(year, 4)), exp.not_(_zero(terms.rest(year, 100)))), _zero(terms.rest(year, 400))
    )
    february = exp.Case(ifs=[exp.If(this=leap, true=terms.number(29))], default=terms.number(28))
    odd = terms.rest(terms.sum_of([month.copy(), terms.divided(month, 8)]), 2)
    others = terms.sum_of([terms.number(30), odd])
    return exp.Case(ifs=[exp.If(this=terms.same(month.copy(), terms.number(2)), true=february)], default=others)


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
