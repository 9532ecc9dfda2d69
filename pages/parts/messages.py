"""What a page says: messages that survive the rerun, one box per error with its next step, and no traceback ever."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from core.model import OutsideFailed, PersonNeeded, TieoutError
from pages.parts.words import plain

log = logging.getLogger("tieout.pages")

_SAID = "said"


@dataclass(frozen=True)
class Box:
    """A box on the page: a headline and what to do."""

    headline: str
    words: str
    is_question: bool = False


def say(text: str) -> None:
    """Show this once at the next run: call it in a callback or before a rerun."""
    st.session_state.setdefault(_SAID, []).append(text)


def show_messages() -> None:
    """Show what was said since the last run; the shell does so on every page."""
    for message in st.session_state.pop(_SAID, []):
        if isinstance(message, Box):
            _show_box(message)
        else:
            st.toast(plain(message), icon=":material/check_circle:")


def act(work: Callable[[], str]) -> None:
    """Do what a widget asks for, in its callback: says the sentence `work` returns, if any, or shows why it failed."""
    try:
        words = work()
        if words:
            say(words)
    except Exception as error:
        # The last resort of a callback; a page must never show a traceback.
        st.session_state.setdefault(_SAID, []).append(_describe(error))


@contextmanager
def guard() -> Iterator[None]:
    """Turn whatever stops a piece of a page into one box; the rest of the page goes on."""
    try:
        yield
    except Exception as error:
        # The last resort of a page: sentences for what we know, a number in the log for what we do not.
        _show_box(_describe(error))


def show_error(error: TieoutError) -> None:
    """One box for an error a page expects."""
    _show_box(_describe(error))


def empty_state(headline: str, what_to_do: str, icon: str = ":material/inbox:") -> None:
    """What stands in the place of an empty table: why there is nothing, and what to do."""
    with st.container(border=True):
        st.markdown(f"{icon} **{headline}**")
        st.caption(what_to_do)


def _describe(error: Exception) -> Box:
    if isinstance(error, PersonNeeded):
        return Box("Somebody has to decide", str(error), is_question=True)
    if isinstance(error, OutsideFailed):
        return Box("Something outside did not answer", str(error))
    if isinstance(error, TieoutError):
        return Box("This cannot be done yet", str(error))
    number = uuid.uuid4().hex[:8]
    log.error("page error %s", number, exc_info=error)
    words = f"Nothing was changed by it. Load the page again; if it stays, report number {number} with the log."
    return Box("Something went wrong inside Tieout", words)


def _show_box(box: Box) -> None:
    show = st.warning if box.is_question else st.error
    show(plain(box.words), title=box.headline, icon=":material/help:" if box.is_question else ":material/error:")
