"""The switch Actual Time, and what the pages are without it."""

from __future__ import annotations

import pytest

from core.workspace import Workspace
from core.workspace.actual_time import switch_actual_time
from pages.parts.sending.form import KEY
from tests.pages.conftest import open_page
from tests.pages.linked_practice import link_all


@pytest.fixture
def off(practice: Workspace) -> Workspace:
    """A linked practice that works without actual time."""
    switch_actual_time(link_all(practice), on=False)
    return practice


def test_the_switch_says_what_it_means_before_it_is_used(practice: Workspace) -> None:
    app = open_page("sending")
    assert any("Nothing is pushed to XPM any more" in text.value for text in app.markdown)
    app.button(key="time_off").click().run()
    assert not practice.practice.settings.actual_time


def test_switched_off_only_the_switch_is_left_of_how_time_is_sent(off: Workspace) -> None:
    app = open_page("sending")
    assert not any(str(group.key).startswith(KEY) for group in app.button_group)
    app.button(key="time_on").click().run()
    assert off.practice.settings.actual_time


@pytest.mark.usefixtures("off")
@pytest.mark.parametrize("page", ["timer", "push_time", "unsynced", "tie_out"])
def test_switched_off_the_pages_about_time_are_not_there(page: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_page(page)


@pytest.mark.usefixtures("off")
def test_switched_off_every_other_page_still_opens() -> None:
    for page in ("today", "clients", "work", "exceptions", "runs", "jobs", "connection", "automation", "activity"):
        app = open_page(page)
        assert not app.exception, page
        assert not any("inside Tieout" in box.value for box in app.error), page


@pytest.mark.usefixtures("off")
def test_today_says_that_time_is_off() -> None:
    app = open_page("today")
    assert any("Actual Time is off" in text.value for text in app.markdown)
    assert not any("where every minute is" in head.value for head in app.subheader)


def test_what_the_timer_keeps_and_xpm_gets_is_saved(practice: Workspace) -> None:
    link_all(practice)
    app = open_page("sending")
    app.button_group(key=f"{KEY}timer_mode").set_value("start and end").run()
    app.button_group(key=f"{KEY}entry_mode").set_value("start and end").run()
    app.button(key="send_save").click().run()
    settings = practice.practice.settings
    assert (settings.timer_mode, settings.entry_mode) == ("start and end", "start and end")
