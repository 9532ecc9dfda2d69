"""How old a side is said to be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pandas as pd

from core.workspace import Workspace
from core.workspace.overview import Overview

PARTS = pd.DataFrame(
    {
        "side": ["xpm", "xpm", "xpm"],
        "part": ["clients", "costs", "time:2026-08"],
        "complete": [True, True, True],
        "read_at": ["2026-11-22T21:00:00Z", "2026-11-22T01:00:00Z", "2026-11-20T01:00:00Z"],
    }
).set_index(["side", "part"])


def test_what_is_read_once_a_day_does_not_make_a_fresh_side_old() -> None:
    practice = SimpleNamespace(sides=SimpleNamespace(parts=lambda: PARTS))
    xpm = Overview(cast(Workspace, practice)).sides().loc["xpm"]
    assert (xpm["read_at"], xpm["whole"]) == ("2026-11-22T21:00:00Z", True)
