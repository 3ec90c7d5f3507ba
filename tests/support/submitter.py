"""A citizen who submits one application after the other, without a browser, giving what is asked of them."""

from __future__ import annotations

import re
import threading

from demo.accounts import COUNTY, Cast
from demo.papers import household, one_page_pdf
from demo.people import demo_people, roles
from demo.places import Place
from tests.support.browserless import Answer, Caller, hidden
from tests.support.installation import Installation


class Submitter:
    """A citizen who submits one application after the other."""

    def __init__(self, installation: Installation, username: str = "wang") -> None:
        self.caller = Caller(installation.web)
        self.username = username
        self.password = installation.password
        self.acknowledged: list[str] = []
        self.errors: list[str] = []
        place = Place(COUNTY[:6] + "001001", "四川省成都市锦江区", "锦江区", "成都市")
        cast = Cast(invented=dict(roles(demo_people([place]))))
        self.form, self.mother = household(cast), cast.invented["applicant"]

    def work(self, enough: threading.Event) -> None:
        """Submit until told to stop."""
        try:
            self.caller.sign_in(self.username, self.password)
            task = self._task()
            while not enough.is_set():
                self.acknowledged.append(self._submit(task))
        except Exception as error:
            self.errors.append(repr(error))

    def once(self) -> str:
        """Submit one application; return its number."""
        return self._submit(self._task())

    def _task(self) -> str:
        self.caller.get("/place/")
        self.caller.post("/place/", {"code": COUNTY, "next": "/"})
        found = re.search(
            r"/matters/(\w{31})/", self.caller.get("/search/?q=%E5%87%BA%E7%94%9F%E7%99%BB%E8%AE%B0").text
        )
        assert found, "the matter is found"
        return found[1]

    def draft(self, task: str = "") -> str:
        """Begin an application; return the address of its form."""
        task = task or self._task()
        first = self.caller.get(f"/apply/{task}/")
        return self.caller.post(f"/apply/{task}/", {"key": hidden(first.text, "key"), "delivery": "online"}).address

    def materials(self, draft: str, **changed: str) -> Answer:
        """Send the form of a draft; return what comes: its materials where it is right."""
        written = {name: _written(value) for name, value in self.form.items()} | changed
        return self.caller.post(draft, {**written, "go": "1"})

    def _submit(self, task: str) -> str:
        caller = self.caller
        materials = self.materials(self.draft(task))
        assert materials.address.endswith("/materials/"), materials.told
        asked = re.findall(r'name="(material:[\w-]+)"', materials.text)
        check = caller.post(materials.address, {"go": "1"}, {name: one_page_pdf(name) for name in asked})
        assert check.address.endswith("/check/"), check.told
        receipt = caller.post(check.address, {"key": hidden(check.text, "key")})
        number = re.search(r"data-case-number>(\w{43})<", receipt.text)
        assert number, receipt.told
        return number[1]


def _written(value: object) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
