"""Errors on pages: one box with the next step, and never a traceback, a path or a secret."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def known_failure() -> None:
    from core.model import TieoutError
    from pages.parts.messages import guard

    with guard():
        raise TieoutError("The file <b>x</b> is gone. Load it again.")


def unknown_failure() -> None:
    from pages.parts.messages import guard

    with guard():
        raise RuntimeError("Bearer very-secret at /home/somebody")


def message_after_rerun() -> None:
    import streamlit as st

    from pages.parts.messages import say, show_messages

    show_messages()
    if st.button("go", key="go"):
        say("3 saved")
        st.rerun()


def test_a_known_failure_is_one_box_with_its_sentence_as_text() -> None:
    app = AppTest.from_function(known_failure).run(timeout=30)
    assert [box.value for box in app.error] == [r"The file \<b\>x\</b\> is gone\. Load it again\."]


def test_an_unknown_failure_shows_a_number_and_nothing_of_its_text(caplog: pytest.LogCaptureFixture) -> None:
    app = AppTest.from_function(unknown_failure).run(timeout=30)
    assert "very" not in app.error[0].value
    assert "/home" not in app.error[0].value
    number = app.error[0].value.split("number ")[1].split()[0]
    assert number in caplog.text
    assert not app.exception


def test_a_message_survives_the_rerun_and_is_shown_once() -> None:
    app = AppTest.from_function(message_after_rerun).run(timeout=30)
    assert [toast.value for toast in app.button(key="go").click().run().toast] == ["3 saved"]
    assert len(app.run().toast) == 0
