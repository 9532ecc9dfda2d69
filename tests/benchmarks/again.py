"""How long one decision takes among many: `python -m tests.benchmarks.again --rows 50000`.

Two made-up client lists are stored and matched as a practice's; half of what is certain is linked. Then single
decisions are made as the page makes them (saved, logged, and the proposals around them renewed), of which the first
pays for reading everything in a fresh process. Printed are CPU seconds, and their ratio to matching everything anew.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pandas as pd

from core.clock import SystemClock
from core.model import LOCAL_FRAMES, XPM_FRAMES, Kind, Verdict, shape_frame
from core.settings import Settings
from core.store import NewDecision, Practice, Store
from core.workspace import Workspace, open_store
from core.workspace.kept import FRAMES
from tests.benchmarks.matching_speed import make_lists

PRACTICE = "p"
_NAMES = {"tax_no": "tax_number", "company_no": "company_number"}
_XPM_NAMES = {"tax_no": "business_number", "company_no": "company_number", "entity_type": "structure"}


def build(folder: Path, lists: tuple[pd.DataFrame, pd.DataFrame]) -> Workspace:
    """A practice with these two lists of clients and nothing else."""
    settings = Settings(data_dir=folder, user="benchmark")
    store = open_store(settings)
    store.practices.create(Practice(PRACTICE, "P", "Australia/Sydney"))
    for side, contracts, names, frame in (
        ("local", LOCAL_FRAMES, _NAMES, lists[0]),
        ("xpm", XPM_FRAMES, _XPM_NAMES, lists[1]),
    ):
        for name, contract in contracts.items():
            rows = frame.rename(columns=names) if name == "clients" else pd.DataFrame(index=pd.Index([], dtype="str"))
            known = [column for column in rows.columns if column in contract.names]
            store.frames.write(side, name, PRACTICE, shape_frame(rows[known].rename_axis("id"), contract))
            store.frames.mark_part(PRACTICE, side, name, True, len(rows))
    return Workspace(PRACTICE, settings, store, SystemClock())


def measure(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def link_half(workspace: Workspace, store: Store) -> int:
    """Link every other certain client, as if a year of work had gone by."""
    chosen = workspace.proposing.certain(Kind.CLIENT).iloc[::2]
    rows = zip(chosen["local_id"], chosen["xpm_id"], strict=True)
    return store.decisions.add(
        [NewDecision(PRACTICE, Kind.CLIENT, one, Verdict.LINKED, "benchmark", other) for one, other in rows]
    )


def decide_one(workspace: Workspace, local_id: str, xpm_id: str, verdict: Verdict) -> None:
    workspace.review.decide(Kind.CLIENT, verdict, {local_id: xpm_id}, seen={local_id: 0})


def run(rows: int, decisions: int) -> str:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = build(Path(folder), make_lists(rows))
        whole = measure(lambda: workspace.proposing.propose([Kind.CLIENT]))
        linked = link_half(workspace, workspace.store)
        FRAMES.forget()
        proposals = workspace.review.proposals(Kind.CLIENT)
        still_open = ~proposals["local_id"].isin(workspace.review.decisions(Kind.CLIENT).index)
        picked = proposals[proposals["rank"].eq(1) & still_open].sample(decisions, random_state=1)
        seconds = [
            measure(lambda: decide_one(workspace, pair.local_id, pair.xpm_id, verdict))  # noqa: B023  called at once
            for pair, verdict in zip(picked.itertuples(), _VERDICTS * decisions, strict=False)
        ]
        workspace.store.close()
    usual = median(seconds[1:])
    return (
        f"{rows:8d} {linked:8d} {whole:9.1f} {seconds[0]:9.2f} {usual:9.3f} {max(seconds[1:]):9.3f} "
        f"{whole / usual:9.0f}\n"
    )


_VERDICTS = (Verdict.LINKED, Verdict.REJECTED)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure a decision against a matching.")
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000])
    parser.add_argument("--decisions", type=int, default=20)
    chosen = parser.parse_args()
    titles = ("rows", "linked", "match s", "first s", "usual s", "longest s", "ratio")
    sys.stdout.write(" ".join(f"{title:>{8 if place < 2 else 9}}" for place, title in enumerate(titles)) + "\n")
    for rows in chosen.rows:
        sys.stdout.write(run(rows, chosen.decisions))


if __name__ == "__main__":
    main()
