"""Looks at linked tasks are kept with their events, and never written over one that somebody else has changed."""

from __future__ import annotations

from dataclasses import replace

from core.store import KeptLook, NewEvent, Store

ONE = KeptLook("T1", "X1", '{"wish": ""}')
EVENT = NewEvent("p", "rule:in step", "followed", "task", "T1", why="It was renamed.")


def test_what_is_written_is_read_back_with_the_instant_of_its_change(store: Store) -> None:
    store.task_looks.write("p", [ONE], events=[EVENT])
    assert store.task_looks.read("p") == {"T1": replace(ONE, seen_at="2026-11-20T01:00:00.000+00:00")}
    assert list(store.events.list("p")["why"]) == ["It was renamed."]


def test_only_the_tasks_asked_for_come_and_only_those_of_the_practice(store: Store) -> None:
    store.task_looks.write("p", [ONE, replace(ONE, task_id="T2")])
    store.task_looks.write("q", [replace(ONE, task_id="T3")])
    assert list(store.task_looks.read("p", ["T2", "T3"])) == ["T2"]


def test_more_tasks_than_one_statement_takes_are_written_and_read(store: Store) -> None:
    looks = [replace(ONE, task_id=f"T{number}") for number in range(1_200)]
    store.task_looks.write("p", looks)
    store.task_looks.write("p", looks[:700], gone=[look.task_id for look in looks[700:]])
    assert len(store.task_looks.read("p", [look.task_id for look in looks])) == 700


def test_a_look_moves_once_and_logs_it(store: Store) -> None:
    store.task_looks.write("p", [ONE])
    after = replace(ONE, content='{"wish": "complete"}', conflict="Look.")
    assert store.task_looks.move("p", ONE, after, EVENT)
    assert not store.task_looks.move("p", ONE, replace(after, conflict=""), EVENT)
    assert (len(store.events.list("p")), store.task_looks.read("p")["T1"].conflict) == (1, "Look.")


def test_conflicts_come_alone_and_oldest_first(store: Store) -> None:
    store.task_looks.write("p", [ONE, replace(ONE, task_id="T2", conflict="B."), replace(ONE, task_id="T0")])
    store.task_looks.write("p", [replace(ONE, task_id="T3", conflict="C.")])
    assert [(one, look.conflict) for one, look in store.task_looks.conflicts("p").items()] == [
        ("T2", "B."),
        ("T3", "C."),
    ]
