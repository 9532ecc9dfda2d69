"""What is dear to make is made once, and never given out when it is old."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.workspace.kept import Kept


def test_a_value_is_made_once_per_version() -> None:
    kept, values = Kept(2), iter(range(9))
    assert [kept.fetch("standings", version, lambda: next(values)) for version in (1, 1, 2, 2)] == [0, 0, 1, 1]


def test_those_who_ask_while_it_is_made_wait_for_it() -> None:
    kept, go = Kept(2), threading.Event()
    made: list[int] = []

    def make() -> str:
        made.append(1)
        assert go.wait(10)
        return "frame"

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(kept.fetch, "standings", 1, make) for _ in range(4)]
        go.set()
        assert [one.result(10) for one in asked] == ["frame"] * 4
    assert made == [1]


def test_a_failure_is_not_kept() -> None:
    kept = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.fetch("standings", 1, lambda: 1 // 0)
    assert kept.fetch("standings", 1, lambda: "frame") == "frame"


def test_one_who_waited_for_a_failure_makes_it_anew() -> None:
    kept, inside, go = Kept(2), threading.Event(), threading.Event()

    def fail() -> str:
        inside.set()
        assert go.wait(10)
        raise ZeroDivisionError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.fetch, "standings", 1, fail)
        assert inside.wait(10)
        second = pool.submit(kept.fetch, "standings", 1, lambda: "frame")
        go.set()
        assert second.result(10) == "frame"
        assert isinstance(first.exception(10), ZeroDivisionError)


def test_a_value_of_a_former_version_never_takes_the_place_of_the_newer() -> None:
    kept, inside, go = Kept(2), threading.Event(), threading.Event()

    def make_slowly() -> str:
        inside.set()
        assert go.wait(10)
        return "former"

    with ThreadPoolExecutor(1) as pool:
        former = pool.submit(kept.fetch, "standings", 1, make_slowly)
        assert inside.wait(10)
        assert kept.fetch("standings", 2, lambda: "newer") == "newer"
        go.set()
        assert former.result(10) == "former"
    assert kept.fetch("standings", 2, lambda: "never") == "newer"


def test_only_the_last_families_asked_for_are_kept() -> None:
    kept, values = Kept(2), iter(range(9))
    asked = ("a", "b", "a", "c", "a", "b")
    assert [kept.fetch(family, 1, lambda: next(values)) for family in asked] == [0, 1, 0, 2, 0, 3]
