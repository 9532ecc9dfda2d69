from __future__ import annotations

import io

from core.cli.progress import make_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_share_and_the_time_left_and_then_nothing() -> None:
    now = [0.0]
    stream = Terminal()
    show = make_progress(stream, lambda: now[0])
    for share, now[0] in ((0.1, 1.0), (0.25, 10.0), (0.5, 400.0), (1.0, 500.0)):
        show(share)
    lines = [line.strip() for line in stream.getvalue().split("\r")]
    assert lines == ["", "10%", "25%, about 30 s left", "50%, about 7 min left", "", ""]


def test_a_file_sees_nothing() -> None:
    stream = io.StringIO()
    make_progress(stream)(0.5)
    assert stream.getvalue() == ""
