"""Why a task has no job task, as the review of tasks shows it, with the way to what is missing."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.model import Kind, Verdict
from core.workspace import Workspace
from tests.pages.conftest import Visit
from tests.pages.small_practice import write_rows


def open_tasks(visit: Visit) -> AppTest:
    return visit("work").button_group(key="show").set_value("Tasks").run()


def show_tasks(visit: Visit) -> str:
    """All that the panel and the table of the tasks say."""
    app = open_tasks(visit)
    told = [str(one.value) for one in (*app.caption, *app.markdown)]
    return " ".join([*told, str(app.dataframe[0].value.loc["T1", "explanation"])])


def test_a_task_of_an_open_client_says_so_and_leads_there(visit: Visit) -> None:
    app = open_tasks(visit)
    told = next(str(one.value) for one in app.caption if "No XPM job task is proposed" in str(one.value))
    assert "is not linked to XPM yet. Choose one above" in told
    assert "Link its client" in [one.proto.label for one in app.get("page_link")]


def test_a_task_that_starts_in_no_label_s_month_says_which_there_are(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    practice.review.decide(Kind.PROCESS, Verdict.LINKED, {"P1": "XP1"}, seen={"P1": 0})
    march = {"job": "J1", "task_type_id": "XP1", "name": "BAS - Quarter March 2026"}
    write_rows(practice.store, "xpm", "job_tasks", {"XT1": march})
    practice.proposing.propose([Kind.TASK])
    assert "It is about Sep; the client's job task of this kind is about Jan to Mar 2026." in show_tasks(visit)


def test_a_period_that_leaves_its_year_open_is_proposed_with_the_doubt(practice: Workspace, visit: Visit) -> None:
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    practice.review.decide(Kind.PROCESS, Verdict.LINKED, {"P1": "XP1"}, seen={"P1": 0})
    practice.proposing.propose([Kind.TASK])
    assert (practice.proposing.accept_certain(Kind.TASK), "which leaves the year open" in show_tasks(visit)) == (
        0,
        True,
    )


def test_tasks_are_narrowed_to_one_reason(practice: Workspace, visit: Visit) -> None:
    task = {"process_id": "P1", "name": "BAS Dec", "status": "open"}
    tasks = {f"T{n}": task | {"client_id": f"C{n}"} for n in (1, 2)}
    write_rows(practice.store, "local", "tasks", tasks)
    practice.review.decide(Kind.CLIENT, Verdict.LINKED, {"C1": "XC1"}, seen={"C1": 0})
    app = open_tasks(visit)
    assert sorted(app.dataframe[0].value["xpm_name"]) == ["Client not linked", "Process not mapped"]
    app.selectbox(key="task reason").set_value("Process not mapped").run()
    assert app.dataframe[0].value.index.tolist() == ["T1"]


def test_a_label_can_be_tried_beside_the_grammar(visit: Visit) -> None:
    app = open_tasks(visit)
    app.text_input(key="label tried").input("BAS - Quarter September 2026").run()
    assert any("Jul to Sep 2026" in str(one.value) for one in app.markdown)
