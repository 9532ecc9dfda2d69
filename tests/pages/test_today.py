"""Today: the equation, what needs a person, and what stands there when there is nothing."""

from __future__ import annotations

from core.store import Practice, Store
from core.workspace import Workspace
from tests.pages.conftest import Visit, open_page


def test_the_equation_of_the_month_is_written_out(visit: Visit) -> None:
    terms = {metric.label.split("] ")[-1]: metric.value for metric in visit("today").metric}
    assert terms["Recorded here"] == "1:45 h"
    assert (terms["Waiting"], terms["Unreadable"], terms["In XPM"]) == ("1:30 h", "0:15 h", "0:00 h")


def test_what_needs_a_person_is_listed_by_reason(visit: Visit) -> None:
    said = [str(text.value) for text in visit("today").markdown]
    assert "**Client is not linked yet**" in said
    assert "**Row could not be read**" in said
    assert "2 entries" in said


def test_the_links_to_decide_are_counted(visit: Visit) -> None:
    app = visit("today")
    labels = [link.proto.label for link in app.get("page_link")]
    assert "Clients: **6 to decide**" in labels


def test_a_practice_without_data_says_what_to_do(empty_store: Store) -> None:
    empty_store.practices.create(Practice("new", "New", "Australia/Sydney"))
    said = [str(text.value) for text in open_page("today").caption]
    assert any("Follow the steps on Connection" in text for text in said)


def test_no_run_yet_is_no_error(practice: Workspace, visit: Visit) -> None:
    assert len(practice.store.runs.list("small")) == 0
    app = visit("today")
    assert not app.error
    assert not app.exception
