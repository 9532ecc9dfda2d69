"""The foot of the review pages: what was learned, in words, and a way to forget it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.matching.learned import Check, Finding, Learned, Shift
from core.model import Kind, RunKind
from core.workspace import Workspace
from tests.pages.conftest import Visit

CHECK = Check(
    Finding.ADOPTED,
    needed=60,
    decisions=90,
    loss_shipped=0.31,
    loss_learned=0.22,
    best_shipped=80,
    best_learned=84,
    certain_shipped=40,
    certain_learned=52,
    wrong_shipped=1,
    judged=120,
    bound=0.025,
)
SHIFTS = (Shift("email", 1.0, 2.0, 1.77, 0.8), Shift("code", 1.0, None, -5.0, 1.2))
LEARNED = Learned("clients", "clients", SHIFTS, 0.995, CHECK)


def open_section(visit: Visit, page: str = "clients") -> AppTest:
    app = visit(page)
    kind = {"clients": "client", "staff": "staff"}[page]
    app.session_state[f"{kind} learned"] = True
    return app.run()


def told(app: AppTest) -> str:
    return " ".join(str(one.value) for one in (*app.markdown, *app.caption)).replace("\\", "")


@pytest.fixture
def learned(practice: Workspace) -> Workspace:
    practice.store.learned.add("small", Kind.CLIENT, LEARNED.to_json(), "Ann")
    return practice


def test_before_anything_was_learned_it_says_what_is_missing(visit: Visit) -> None:
    for page in ("clients", "staff"):
        app = open_section(visit, page)
        assert "No decisions to learn from yet; 60 are needed" in told(app)
        assert "Certain begins at a score of 99 %." in told(app)


def test_what_counts_more_or_less_is_a_table_in_words(learned: Workspace, visit: Visit) -> None:
    assert not learned.learning.report(Kind.CLIENT).is_shipped
    table = next(one.value for one in open_section(visit).dataframe if "evidence" in one.value)
    assert table[["evidence", "change"]].to_numpy().tolist() == [
        ["Client code differs", "counts less"],
        ["E-mail agrees, shared by few", "counts more"],
    ]


def test_the_threshold_and_the_check_are_told_with_their_counts(learned: Workspace, visit: Visit) -> None:
    app = open_section(visit)
    assert learned.learning.current(Kind.CLIENT) == LEARNED
    assert "99.5 % here, at 99 % as shipped" in told(app)
    assert "Of 120 such proposals that people or rules decided, none was refused" in told(app)
    check = next(one.value for one in app.dataframe if "First choice right" in one.value)
    assert check["First choice right"].tolist() == ["80 of 90", "84 of 90"]


def test_forgetting_forgets_and_matches_again(learned: Workspace, visit: Visit) -> None:
    open_section(visit).button(key="client forget").click().run()
    assert learned.learning.current(Kind.CLIENT) is None
    assert [run.kind for run in learned.store.runs.queued("small")] == [RunKind.PROPOSE]


def test_after_forgetting_there_is_nothing_to_forget(learned: Workspace, visit: Visit) -> None:
    learned.learning.reset(Kind.CLIENT)
    app = open_section(visit)
    assert "was forgotten: only decisions since then count" in told(app)
    assert [one for one in app.button if one.key == "client forget"] == []


def test_nothing_is_told_in_the_words_of_the_method(learned: Workspace, visit: Visit) -> None:
    app = open_section(visit)
    shown = told(app) + " ".join(one.value.to_csv() for one in app.dataframe)
    assert not learned.learning.report(Kind.CLIENT).rows.empty
    assert [word for word in ("log-odds", "email_name", "ridge", "fold") if word in shown] == []
