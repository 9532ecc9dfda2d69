"""How both sides of a task stand to each other: what is on its way to XPM, what differs, and a conflict to settle."""

from __future__ import annotations

import streamlit as st

from core.workspace.following import Answer
from core.workspace.task_view import About, Step, TaskView, Wish
from pages.parts.doorway import workspace
from pages.parts.messages import act
from pages.parts.places import link_to
from pages.parts.words import hours, plain

_CARRIED = {True: "Complete it in XPM", False: "Reopen it in XPM"}


def show_conflict(view: TaskView) -> None:
    """What a person has to look at, with the answers there are."""
    if not view.conflict:
        return
    st.warning(plain(view.conflict), title="The two sides do not agree", icon=":material/compare_arrows:")
    with st.container(horizontal=True, vertical_alignment="center", key="task_answers"):
        if view.about is About.LINK:
            _offer(view, Answer.KEEP, "Keep the link", "The link stays.")
            link_to("work", "Choose another one on Work", show="Tasks")
            return
        if view.step is not None and view.step.differs:
            _offer(view, Answer.CARRY, _CARRIED[view.step.here], "It is on its way to XPM.")
        _offer(view, Answer.LEAVE, "Leave XPM as it is", "XPM is left as it is.")


def show_step(view: TaskView) -> None:
    """Whether the work is completed on either side, and what becomes of a difference."""
    step = view.step
    if step is None:
        return
    st.markdown(_say(step))
    if step.differs and not step.wish and not view.conflict:
        with st.container(horizontal=True, vertical_alignment="center"):
            _offer(view, Answer.CARRY, _CARRIED[step.here], "It is on its way to XPM.")
            link_to("automation", "Let this be done by itself")
    if step.wish and not step.unsent:
        link_to("runs", "See the run")


def _say(step: Step) -> str:
    here, there = ("completed" if done else "open" for done in (step.here, step.there))
    if step.wish:
        verb = "completed" if step.wish is Wish.COMPLETE else "reopened"
        waits = f" once its {hours(step.unsent)} is there, or excluded" if step.unsent else ""
        return f":blue-badge[On its way] {plain(f'The job task is going to be {verb} in XPM{waits}.')}"
    if here == there:
        return f":green-badge[In step] {plain(f'The work is {here} on both sides.')}"
    told = f"The work is {here} here and {there} in XPM."
    if step.closed:
        told += " Its job is closed there, so that stays."
    elif step.others_open:
        told += " Other work of the same job task is still open here."
    return f":orange-badge[Differs] {plain(told)}"


def _offer(view: TaskView, answer: Answer, label: str, said: str) -> None:
    st.button(
        label,
        key=f"task {answer} {view.id}",
        type="primary" if answer is Answer.CARRY else "secondary",
        on_click=lambda: act(lambda: _give(view, answer, said)),
    )


def _give(view: TaskView, answer: Answer, said: str) -> str:
    workspace().following.answer(view.id, answer, view.mark)
    return said
