"""
People and companies of the demo, made with a seed: the same call gives the same people everywhere.

The first ones are the people of the demo's stories and of its sign-ins; they never carry a planted error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.names import ETHNIC, FEMALE_GIVEN, FORMS, MALE_GIVEN, ROADS, STEMS, SURNAMES, TRADES
from demo.numbers import credit_code, resident_ids
from demo.places import Place

TODAY = date(2026, 11, 24)
SEED = 20261124


@dataclass(slots=True)
class Person:
    """One invented person; `spouse` is the spouse's index or -1, `role` the part in the demo's stories or ""."""

    index: int
    resident_id: str
    name: str
    female: bool
    born: date
    ethnicity: str
    place: Place
    address: str
    household: str
    spouse: int = -1
    marital: str = "未婚"
    status: str = "正常"
    role: str = ""

    @property
    def phone(self) -> str:
        """A number of a series that no operator gives out."""
        return f"199{self.index:08d}"


@dataclass(slots=True)
class Marriage:
    """One registered marriage: of the persons with the indices `one` and `other`."""

    one: int
    other: int
    registered: date
    certificate: str
    office: str


@dataclass(slots=True)
class Company:
    """One invented company; `representative` is the legal representative's index."""

    code: str
    name: str
    representative: int
    kind: str
    capital_fen: int
    established: date
    status: str
    address: str
    scope: str


@dataclass(slots=True)
class World:
    """Everybody, in order of index."""

    people: list[Person] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)


# index, role, name, female, born, household of index, spouse
_STORY = (
    ("applicant", "王秀兰", True, date(1990, 5, 17), 0, 1),
    ("spouse", "李建军", False, date(1988, 3, 9), 0, 0),
    ("newborn", "李思源", False, date(2026, 10, 8), 0, -1),
    ("pupil", "李雨桐", True, date(2020, 6, 1), 0, -1),
    ("elder", "陈国华", False, date(1944, 2, 12), 4, -1),
    ("disabled", "刘志强", False, date(1975, 11, 30), 5, -1),
    ("founder", "杨晓燕", True, date(1986, 8, 21), 6, -1),
    ("bride", "赵雨欣", True, date(2000, 4, 4), 7, -1),
    ("groom", "周天宇", False, date(1999, 12, 25), 8, -1),
    ("veteran", "罗勇", False, date(1996, 7, 1), 9, -1),
    ("graduate", "吉克阿依", True, date(2003, 9, 10), 10, -1),
    ("herder", "卓玛次仁", True, date(1968, 1, 20), 11, -1),
)
FOUNDER = 6
_STORY_PLACES = (
    "510104",
    "510104",
    "510104",
    "510104",
    "511602",
    "510703",
    "510107",
    "511302",
    "510502",
    "511902",
    "513401",
    "513301",
)


class _Maker:
    """Draws people one household at a time."""

    def __init__(self, seed: int, places: Sequence[Place]) -> None:
        self.random = Random(seed)
        # its own draw: the first company must not depend on how many people there are
        self._trade = Random(f"{seed} companies")
        self.world = World()
        self._places = places
        self._id = resident_ids()
        self._names = [name for name, weight in ETHNIC for _ in range(weight)]
        self._household = 0

    def home(self, place: Place | None = None) -> Callable[..., Person]:
        """Open a household somewhere; the result adds a member to it."""
        draw = self.random.random
        place = place or self._places[int(draw() * len(self._places))]
        self._household += 1
        number = f"{place.code[:6]}{self._household:08d}"
        address = f"{place.address}{ROADS[int(draw() * len(ROADS))]}{int(draw() * 300) + 1}号"
        ethnicity = self._names[int(draw() * len(self._names))]
        county = int(place.code[2:6]) % 99 + 1

        def member(name: str, *, female: bool, born: date, **rest: object) -> Person:
            person = Person(
                index=len(self.world.people),
                resident_id=self._id(county, born, female),
                name=name,
                female=female,
                born=born,
                ethnicity=ethnicity,
                place=place,
                address=address,
                household=number,
                **rest,  # type: ignore[arg-type]
            )
            self.world.people.append(person)
            return person

        return member

    def surname(self) -> str:
        # squaring favours the front of the list, as real surnames do
        return SURNAMES[int(self.random.random() ** 2 * len(SURNAMES))]

    def given(self, female: bool) -> str:
        names = FEMALE_GIVEN if female else MALE_GIVEN
        return names[int(self.random.random() * len(names))]

    def born(self, youngest: int, oldest: int) -> date:
        """A birthday of somebody of `youngest` to `oldest` years."""
        days = youngest * 365.25 + self.random.random() * (oldest - youngest) * 365.25
        return TODAY - timedelta(days=int(days) + 1)

    def story(self) -> None:
        homes: dict[int, Callable[..., Person]] = {}
        for index, (role, name, female, born, household, spouse) in enumerate(_STORY):
            if household not in homes:
                homes[household] = self.home(self._near(_STORY_PLACES[index]))
            marital = "已婚" if spouse >= 0 else "丧偶" if role == "elder" else "未婚"
            homes[household](name, female=female, born=born, spouse=spouse, marital=marital, role=role)
        self.marry(0, 1, date(2016, 9, 20))

    def _near(self, county: str) -> Place:
        return next((place for place in self._places if place.code.startswith(county)), self._places[0])

    def couple(self, room: int) -> None:
        """A couple with up to three children, at most `room` people."""
        member = self.home()
        surname = self.surname()
        born = self.born(23, 88)
        man = member(surname + self.given(False), female=False, born=born)
        shift = timedelta(days=int(self.random.gauss(500, 900)))
        woman = member(
            self.surname() + self.given(True), female=True, born=min(born + shift, TODAY - timedelta(days=22 * 366))
        )
        man.marital = woman.marital = "已婚"
        man.spouse, woman.spouse = woman.index, man.index
        younger = max(man.born, woman.born)
        latest = (TODAY - younger).days - 22 * 365
        self.marry(man.index, woman.index, TODAY - timedelta(days=int(self.random.random() * max(latest, 1)) + 1))
        children = min(int(self.random.random() * 2.6), room - 2)
        for _ in range(children):
            self._child(member, surname, younger)

    def _child(self, member: Callable[..., Person], surname: str, parent: date) -> None:
        oldest = (TODAY - parent).days // 365 - 20
        if oldest > 0:
            female = self.random.random() < 0.48
            member(surname + self.given(female), female=female, born=self.born(0, oldest))

    def single(self) -> None:
        female = self.random.random() < 0.5
        person = self.home()(self.surname() + self.given(female), female=female, born=self.born(18, 95))
        age = (TODAY - person.born).days // 365
        chance = self.random.random()
        if age > 60:
            person.marital = "丧偶" if chance < 0.6 else "离婚" if chance < 0.75 else "未婚"
        elif age > 25 and chance < 0.2:
            person.marital = "离婚"

    def marry(self, one: int, other: int, on: date) -> None:
        place = self.world.people[one].place
        number = len(self.world.marriages) + 1
        self.world.marriages.append(
            Marriage(one, other, on, f"J{place.code[:6]}-{on.year}-{number:06d}", f"{place.county}民政局婚姻登记处")
        )

    def company(self, number: int, adults: Sequence[int]) -> None:
        draw = self._trade.random
        index = FOUNDER if number == 0 else adults[int(draw() * len(adults))]
        person = self.world.people[index]
        trade, scope = TRADES[number % len(TRADES)]
        stem = STEMS[int(draw() * len(STEMS))] + STEMS[int(draw() * len(STEMS))][0]
        kind = FORMS[int(draw() ** 2 * len(FORMS))]
        ending = "中心" if kind == "个人独资企业" else "股份有限公司" if kind.startswith("股份") else "有限公司"
        self.world.companies.append(
            Company(
                code=credit_code(number),
                name=f"{person.place.city.removesuffix('市')}{stem}{trade}{ending}",
                representative=index,
                kind=kind,
                capital_fen=int(10 ** (draw() * 3)) * 10_000_000,
                established=TODAY - timedelta(days=int(draw() ** 2 * 9000) + 30),
                status="存续" if draw() < 0.86 or number == 0 else "注销" if draw() < 0.7 else "吊销",
                address=person.address,
                scope=scope,
            )
        )


def make(
    *,
    places: Sequence[Place],
    people: int = 220_000,
    marriages: int = 30_000,
    companies: int = 30_000,
    seed: int = SEED,
) -> World:
    """
    Return a world of exactly `people` persons, `marriages` couples and `companies` companies.

    Raises:
        ValueError: fewer people than the stories and the couples need.
    """
    if people < len(_STORY) + 2 * (marriages - 1):
        raise ValueError("too few people for the stories and the couples")
    maker = _Maker(seed, places)
    maker.story()
    world = maker.world
    while len(world.marriages) < marriages:
        left = marriages - len(world.marriages) - 1
        maker.couple(people - len(world.people) - 2 * left)
    while len(world.people) < people:
        maker.single()
    adults = [person.index for person in world.people if (TODAY - person.born).days > 20 * 365]
    for number in range(companies):
        maker.company(number, adults)
    return world


def demo_people(places: Sequence[Place]) -> list[Person]:
    """Return the people of the stories alone, by index: the same as the first of any world."""
    maker = _Maker(SEED, places)
    maker.story()
    return maker.world.people


def demo_company(places: Sequence[Place]) -> Company:
    """Return the founder's company: the same as the first of any world made with the demo's seed."""
    return make(places=places, people=len(_STORY), marriages=1, companies=1).companies[0]


def roles(people: Sequence[Person]) -> Iterator[tuple[str, Person]]:
    """Yield role → person for those who have a part in a story."""
    return ((person.role, person) for person in people if person.role)
