from __future__ import annotations

import pytest
from ninja.testing import TestClient

from shudao.contexts.matters.contracts import MatterNotFound
from shudao.contexts.matters.http.routes import router
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.places import GUANGAN

CLIENT = TestClient(router)


def test_the_library_can_be_read_by_machines(load: Load) -> None:
    load()
    found = CLIENT.get(f"?division={GUANGAN}&text=测试").json()
    assert (found["total"], found["pages"]) == (1, 1)
    task_code = found["items"][0]["task_code"]
    assert found["items"][0]["name"] == {"zh": "测试登记", "en": "Test registration"}
    one = CLIENT.get(f"/{task_code}").json()
    assert one["matter"]["promised"]["amount"] == 5
    assert [article["code"] for article in one["articles"]] == ["tst:1"]
    national = CLIENT.get(f"/{task_code}/national").json()
    assert national["implementation"]["task_code"] == task_code
    assert len(national["extension"]) == 44
    form = CLIENT.get("/forms/test-form").json()
    assert form["form_schema"]["$id"] == "shudao:form:test-form"
    assert CLIENT.get("/laws/tst:1").json()["document"]["zh"] == "测试条例"


@pytest.mark.parametrize(
    "query", ["division=abc", "page=0", "size=201", "size=x", "audience=robots", "text=" + "x" * 101]
)
def test_garbled_questions_are_refused(load: Load, query: str) -> None:
    assert CLIENT.get(f"?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/{task}", "/{task}/national", "/forms/nothing", "/laws/tst:9", "/{task}?version=1"])
def test_what_is_not_there_is_said_so(load: Load, path: str) -> None:
    task = "12441500196720244T3440710806003"
    with pytest.raises(MatterNotFound):
        CLIENT.get(path.format(task=task))


@pytest.mark.parametrize("path", ["/x", "/x%00/national", "/forms/X", "/laws/x", "/forms/x?version=0", "/laws/a:%00"])
def test_codes_that_cannot_be_are_refused(load: Load, path: str) -> None:
    assert CLIENT.get(path).status_code == 422
