"""How long each page of a large practice takes in a browser, as a ratio to a Streamlit page with a title only.

Run it with `python -m tests.benchmarks.pages`; `--keep` names the folder in which the practice is kept once it is
built, `--history` which one (see `large.py`). Both servers run side by side and are measured in turns, so that what
else the computer does hits both alike. Every time is taken inside the browser.

- paint: a new browser context opens the page's address; from the start of the navigation until the script has ended,
  the title is there and nothing is a placeholder any more.
- rerun: the key `r`, from the press until the script has ended again; `filter`: the same for a click on a filter.
- cold: the first paint after one decision has changed the practice, which one visitor pays once.

All but `cold` are warm: this process has seen this version of the practice before.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from core.model import Kind, Verdict
from core.store import NewDecision
from tests.benchmarks.large import HISTORIES, PRACTICE, keep_large, open_large, print_line
from tests.benchmarks.serving import serve_dashboard, serve_title

PATIENCE_MS = 300_000
GOAL = 2.0

#: Keeps in `since` the moment from which on the page has been ready; a key or a click begins anew.
_WATCH = """
(() => {
  const watch = (window.watch = { begin: 0, ran: false, since: null });
  const isReady = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (!app) return false;
    if (app.dataset.testScriptState !== "notRunning") { watch.ran = true; return false; }
    return watch.ran && !!document.querySelector("h1")
      && !document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"], [data-stale="true"]');
  };
  const look = () => {
    if (!isReady()) watch.since = null;
    else if (watch.since === null) watch.since = performance.now();
  };
  const restart = () => Object.assign(watch, { begin: performance.now(), ran: false, since: null });
  addEventListener("keydown", restart, true);
  addEventListener("pointerdown", restart, true);
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
})();
"""
#: The page stays ready for so long before it is believed; charts and tables load their code late.
_BELIEVED = "() => window.watch && window.watch.since !== null && performance.now() - window.watch.since > 500"
_TAKEN = "() => window.watch.since - window.watch.begin"


@dataclass(frozen=True)
class Place:
    """A page to measure: its address, and two labels of a filter to click in turns."""

    name: str
    path: str
    filters: tuple[str, str] | None = None


PLACES = (
    Place("Today", "/"),
    Place("Clients", "/clients", ("Linked", "To decide")),
    Place("Staff", "/staff", ("All", "Linked")),
    Place("Work: processes", "/work", ("All", "Linked")),
    Place("Work: tasks", "/work?show=Tasks", ("Linked", "To decide")),
    Place("Time", "/time", ("Ready", "Waiting")),
    Place("Unsynced time", "/unsynced", ("Client", "Reason")),
    Place("Tie-out", "/tie_out", ("Last month", "This month")),
    Place("Jobs", "/jobs"),
    Place("Connection", "/connection"),
    Place("Activity", "/activity"),
)


@dataclass(frozen=True)
class Figures:
    """Milliseconds of one page."""

    cold: list[float]
    paint: list[float]
    rerun: list[float]
    filter: list[float]


def main() -> None:
    asked = read_arguments()
    places = [place for place in PLACES if asked.page.casefold() in place.name.casefold()]
    with ExitStack() as running:
        folder = running.enter_context(copied(keep_large(asked.keep, asked.history)))
        ours = running.enter_context(serve_dashboard(folder))
        plain = running.enter_context(serve_title(folder))
        browser = running.enter_context(started_browser())
        paint_once(browser, plain)
        base = Figures([], [], [], [])
        found = {}
        for place in places:
            change(folder)
            found[place.name] = measure(browser, ours, plain, place, base, asked.repeat)
        report(base, found)


def read_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="First paint and rerun of every page on the large practice.")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "tieout-benchmarks")
    parser.add_argument("--history", choices=HISTORIES, default=HISTORIES[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--page", default="", help="only pages whose name holds this")
    return parser.parse_args()


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """A copy to work on: the measurement decides something, and the worker writes its own tables."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(shutil.copytree(folder, Path(place) / "data"))


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        sys.exit("There is no Chromium on this computer: Debian's package `chromium` brings it.")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def change(folder: Path) -> None:
    """One decision of a person: the next read of anything is cold."""
    with open_large(folder) as workspace:
        first = workspace.store.decisions.current(PRACTICE, Kind.CLIENT).iloc[0]
        again = NewDecision(PRACTICE, Kind.CLIENT, str(first.name), Verdict.LINKED, "benchmark", str(first["xpm_id"]))
        workspace.store.decisions.add([again])


def measure(browser: Browser, ours: str, plain: str, place: Place, base: Figures, repeat: int) -> Figures:
    """All warm figures of one page, in turns with the page with a title only; its first visit counts as cold."""
    found = Figures([paint_once(browser, ours + place.path)], [], [], [])
    for _ in range(repeat):
        base.paint.append(paint_once(browser, plain))
        found.paint.append(paint_once(browser, ours + place.path))
    with opened(browser, plain) as plain_tab, opened(browser, ours + place.path) as tab:
        for turn in range(repeat + 1):
            pressed = press(plain_tab), press(tab)
            clicked = click(tab, place.filters[turn % 2]) if place.filters else 0.0
            # The first of each shows things no one has looked at yet.
            if turn:
                base.rerun.append(pressed[0])
                found.rerun.append(pressed[1])
                found.filter.append(clicked)
    times = (found.cold, base.paint[-repeat:], found.paint, base.rerun[-repeat:], found.rerun, found.filter)
    cold, *rest = (f"{statistics.median(one):.0f}" for one in times)
    print_line(
        place.name, f"cold {cold}; title, paint: {rest[0]}, {rest[1]}; title, rerun, filter: {', '.join(rest[2:])}"
    )
    return found


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Tab]:
    """A tab of a context of its own, ready."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_WATCH)
    tab = context.new_page()
    tab.goto(address, wait_until="commit")
    tab.wait_for_function(_BELIEVED)
    yield tab
    context.close()


def paint_once(browser: Browser, address: str) -> float:
    """Milliseconds to the first paint in a new context."""
    with opened(browser, address) as tab:
        return float(tab.evaluate(_TAKEN))


def press(tab: Tab) -> float:
    """Milliseconds of a rerun by the key `r`."""
    tab.keyboard.press("r")
    tab.wait_for_function(_BELIEVED)
    return float(tab.evaluate(_TAKEN))


def click(tab: Tab, label: str) -> float:
    """Milliseconds of a rerun by a click on a filter."""
    pills = (
        tab.get_by_test_id("stButtonGroup")
        .get_by_role("radio")
        .or_(tab.get_by_test_id("stButtonGroup").get_by_role("button"))
    )
    pills.filter(has_text=label).first.click()
    tab.wait_for_function(_BELIEVED)
    tab.evaluate("() => document.activeElement && document.activeElement.blur()")
    return float(tab.evaluate(_TAKEN))


def report(base: Figures, found: dict[str, Figures]) -> None:
    """The table: medians, and their ratio to the page with a title only."""
    paint, rerun = statistics.median(base.paint), statistics.median(base.rerun)
    print_line("title only", f"paint {paint:.0f} ms, rerun {rerun:.0f} ms")
    print_line("page", f"{'paint':>14} {'rerun':>14} {'filter':>14} {'cold':>14}")
    for name, one in found.items():
        columns = [(one.paint, paint), (one.rerun, rerun), (one.filter, rerun), (one.cold, paint)]
        print_line(name, " ".join(f"{write_ratio(times, unit):>14}" for times, unit in columns))
    slow = [name for name, one in found.items() if is_slow(one, paint, rerun)]
    print_line(f"above {GOAL:g} when warm", ", ".join(slow) or "none")


def write_ratio(times: Sequence[float], unit: float) -> str:
    """Median milliseconds and their ratio to the unit."""
    middle = statistics.median(times)
    return f"{middle:.0f} ms {middle / unit:5.2f}" if middle else "-"


def is_slow(one: Figures, paint: float, rerun: float) -> bool:
    """Whether a page misses the goal."""
    return statistics.median(one.paint) > GOAL * paint or statistics.median(one.rerun) > GOAL * rerun


if __name__ == "__main__":
    main()
