"""HTML reports: self-contained, printable, and no text of ours becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
import pytest

from core.reports.html import MOST_ROWS, Paper, Section, Share, to_html

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>x</script>",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "a\x00b",
    "' onmouseover='x",
]


class Reader(HTMLParser):
    """What a browser makes of the document: its elements, attributes and texts."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(document.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def write(text: str) -> Reader:
    table = pd.DataFrame({text: [text]}, index=pd.Index([text], name=text + " "))
    bar = [Share(text, text, 1.0, text)]
    section = Section(text, table, text, frozenset({text}))
    return Reader(to_html(Paper(text, [text], text, text, bar, [section])))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_is_shown_as_it_is_wherever_it_stands(text: str) -> None:
    read = write(text)
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "span", "ul", "li", "i", "b"}
    assert set(read.tags) <= allowed | {"table", "thead", "tbody", "tr", "th", "td"}
    assert not {name for name, _ in read.attributes if name.startswith("on") or name in ("src", "href")}
    assert text.replace("\x00", "\ufffd") in read.texts


def test_nothing_is_fetched_and_nothing_may_run() -> None:
    document = to_html(Paper("Report")).decode()
    assert "default-src 'none'" in document
    assert not any(word in document for word in ("http://", "https://", "<script", "url(", "@import"))


def test_numbers_and_hours_stand_to_the_right_and_dates_are_short() -> None:
    table = pd.DataFrame(
        {"day": [pd.Timestamp("2026-11-20"), pd.NaT], "time": ["1:30", "-0:05"], "minutes": [1234, -5]}
    )
    document = to_html(Paper("R", sections=[Section("S", table)])).decode()
    assert '<td class="d">2026-11-20</td><td class="n">1:30</td><td class="n">1,234</td>' in document
    assert '<td class="d"></td><td class="n">-0:05</td><td class="n">-5</td>' in document


def test_a_long_table_is_cut_and_says_so() -> None:
    document = to_html(Paper("R", sections=[Section("S", pd.DataFrame({"n": range(MOST_ROWS + 1)}))])).decode()
    assert "The first 2,000 of 2,001 rows" in document
    assert document.count("<tr>") == MOST_ROWS + 1


def test_an_empty_table_says_that_there_is_nothing() -> None:
    assert "Nothing." in to_html(Paper("R", sections=[Section("S", pd.DataFrame({"n": []}))])).decode()


def test_it_is_made_for_light_dark_and_paper() -> None:
    document = to_html(Paper("R")).decode()
    assert "prefers-color-scheme: dark" in document
    assert "@media print" in document
