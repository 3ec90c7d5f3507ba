"""Officers who work off cases as they come: a clerk accepts, two sessions of a reviewer race to decide each."""

from __future__ import annotations

import threading
import time

from shudao.kernel.ids import new_id
from tests.support.browserless import Caller
from tests.support.installation import Installation
from tests.support.submitter import Submitter


class Officers:
    """A clerk and two windows of the same reviewer, all three on cases that were acknowledged."""

    def __init__(self, installation: Installation, people: list[Submitter]) -> None:
        self.web, self.password, self.people = installation.web, installation.password, people
        self.accepted: list[str] = []
        self.decided: list[str] = []
        self.errors: list[str] = []

    def work(self, enough: threading.Event) -> None:
        """Accept and decide until told to stop."""
        try:
            clerk, one, other = (Caller(self.web) for _ in range(3))
            clerk.sign_in("clerk", self.password, then="/window/")
            one.sign_in("reviewer-police", self.password, then="/window/")
            other.sign_in("reviewer-police", self.password, then="/window/")
            while not enough.is_set():
                waiting = [number for person in self.people for number in person.acknowledged]
                for number in [number for number in waiting if number not in self.accepted][:1]:
                    self._one(number, clerk, (one, other))
                time.sleep(0.05)
        except Exception as error:
            self.errors.append(repr(error))

    def _one(self, number: str, clerk: Caller, reviewers: tuple[Caller, Caller]) -> None:
        clerk.get(f"/window/cases/{number}/")
        answer = clerk.post(f"/window/cases/{number}/accept/", {"key": new_id()})
        assert answer.status == 200, answer.told
        self.accepted.append(number)
        racing = [threading.Thread(target=self._decide, args=(number, each)) for each in reviewers]
        for thread in racing:
            thread.start()
        for thread in racing:
            thread.join()

    def _decide(self, number: str, reviewer: Caller) -> None:
        try:
            reviewer.get(f"/window/cases/{number}/")
            written = {"key": new_id(), "decision": "approve", "opinion": "符合条件", "basis": "户口登记条例第七条"}
            answer = reviewer.post(f"/window/cases/{number}/decide/", written)
            if answer.status == 200:
                self.decided.append(number)
        except Exception as error:
            self.errors.append(repr(error))
