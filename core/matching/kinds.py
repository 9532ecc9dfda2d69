"""The kinds of record that can be matched, by name."""

from __future__ import annotations

from .clients import ClientMethod
from .method import Method
from .staff import StaffMethod
from .work import WorkMethod

METHODS: dict[str, Method] = {
    "clients": ClientMethod(),
    "staff": StaffMethod(),
    "processes": WorkMethod("processes"),
    "tasks": WorkMethod("tasks"),
}
