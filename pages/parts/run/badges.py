"""What became of a run's rows, as badges: by the ledger as it stands now, else by what the run counted."""

from __future__ import annotations

from core.model import RunKind
from core.workspace import Workspace
from core.workspace.reporting import Run
from pages.parts.words import OUTCOME_LOOKS, start_lower

#: Runs whose rows are timesheets of the ledger.
MOVES_TIME = (RunKind.PUSH, RunKind.UNDO, RunKind.SWEEP)
#: What other runs count of entries -> its colour and words. In doubt is neither done nor failed.
COUNTED = {
    "sent": ("blue", "sent"),
    "confirmed": ("green", "confirmed in XPM"),
    "rejected": ("red", "refused by XPM"),
    "in_doubt": ("violet", "in doubt, being read back"),
    "held": ("orange", "held for somebody"),
    "deleted": ("gray", "taken back"),
    "refused": ("orange", "left in XPM"),
    "equal": ("green", "equal"),
    "different": ("orange", "different"),
    "missing": ("orange", "missing in XPM"),
    "extra": ("gray", "typed by hand in XPM"),
}


def tell_badges(ws: Workspace, run: Run) -> str:
    """The badges of a run in one line of Markdown; empty while there is nothing to tell."""
    rows = ws.running.outcomes(run.id) if run.kind in MOVES_TIME else {}
    if rows:
        told = [(look.colour, rows[one], start_lower(look.title)) for one, look in OUTCOME_LOOKS.items() if one in rows]
    else:
        told = [(colour, run.counts.get(name, 0), words) for name, (colour, words) in COUNTED.items()]
    return " ".join(f":{colour}-badge[{number:,} {words}]" for colour, number, words in told if number)
