"""The paper of a tie-out: both equations in words, what somebody has to look at, and who signed."""

from __future__ import annotations

import pandas as pd

from core.reports.html import to_html
from core.reports.paper import make_paper
from tests.reports.sides import Sides


def write(sides: Sides, **sheets: pd.DataFrame) -> str:
    return to_html(make_paper("Smith & Co", sides.close(), sheets, ["Made by Kim."])).decode()


def test_it_names_both_totals_and_the_verdict() -> None:
    sides = Sides()
    sides.push("e1", 63, sent=60)
    sides.enter("e2", 30, "ready")
    sides.show("x1", 45)
    document = write(sides)
    assert '<p class="verdict good">It ties.</p>' in document
    assert '<tr class="sum"><td>Recorded</td><td class="n">93</td><td class="n">1:33</td></tr>' in document
    assert '<tr class="sum"><td>XPM&#x27;s own total</td><td class="n">105</td>' in document
    assert '<td>Rounding</td><td class="n">-3</td>' in document


def test_what_does_not_tie_is_said_first() -> None:
    sides = Sides()
    sides.push("e1", 60)
    sides.show("u-e1", 45)
    assert '<p class="verdict bad">It does NOT tie: 1 timesheet differs' in write(sides)


def test_of_a_verification_only_what_is_not_equal_is_printed() -> None:
    rows = pd.DataFrame({"Result": ["equal", "missing"], "What was found": ["Ann: equal.", "Ben: gone."]})
    document = write(Sides(), Verification=rows)
    assert ("Ben: gone." in document, "Ann: equal." in document) == (True, False)
