"""The steps of a set-up: numbered, done ones folded away, the first open one unfolded, at the end the last one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.parts.messages import guard
from pages.parts.words import plain


@dataclass(frozen=True)
class Step:
    """One step: `done` tells what was achieved, empty while it is open; `show` draws it."""

    title: str
    done: str
    show: Callable[[], None]


def show_steps(steps: list[Step]) -> None:
    """All steps; those after the first open one wait for it. When all are done the last one says what is next."""
    current = next((place for place, step in enumerate(steps) if not step.done), len(steps) - 1)
    for place, step in enumerate(steps):
        icon = ":material/check_circle:" if step.done else f":material/counter_{place + 1}:"
        tail = f" :small[{plain(step.done)}]" if step.done else ""
        with st.expander(
            f"**{step.title}**{tail}", icon=icon, expanded=place == current, key=f"step {place} of {current}"
        ):
            if place > current:
                st.caption("Finish the step before this one first.")
            else:
                with guard():
                    step.show()
