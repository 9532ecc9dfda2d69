"""Writes the demo practice into its folder: `python -m data.demo.build`.

The same code and seed give the same bytes; the tests compare them with the committed files.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from core.sandbox.state import Tenant
from data.demo.builder import files
from data.demo.builder.diary import Entry, make_internal, write_diaries
from data.demo.builder.engagements import engage_clients
from data.demo.builder.pairs import Pair, build_groups, build_pairs, list_xpm_only
from data.demo.builder.papers import Paper, write_papers
from data.demo.builder.planted import Practice, plant_problems
from data.demo.builder.readme import write_readme
from data.demo.builder.register import Register
from data.demo.builder.timesheets import number_entries, open_foreign_jobs, type_by_hand, write_timesheets
from data.demo.builder.xpm_side import add_costs, make_tenants

HERE = Path(__file__).parent
SEED = "Banksia & Wren"


@dataclass(frozen=True)
class Demo:
    """The demo practice before it is written: what both systems hold, and which entries carry which problem."""

    pairs: list[Pair]
    register: Register
    entries: list[Entry]
    tenants: list[Tenant]
    papers: list[Paper]

    def ids_of(self, key: str) -> list[str]:
        """Ids of the entries of one kind of planted problem, in the order of the file."""
        return [entry.id for entry in self.entries if entry.fate == key]


def build_demo(seed: str = SEED) -> Demo:
    """Draw everything anew. Each stage has a generator of its own, so that a change of one leaves the others alone."""
    pairs = build_pairs(_stream(seed, "clients"))
    register = engage_clients(pairs, _stream(seed, "work"))
    own = next(pair for pair in pairs if pair.xpm and pair.xpm.name.endswith("Internal"))
    internal = make_internal(own, register)
    entries = write_diaries(register, internal, _stream(seed, "diary"))
    plant_problems(Practice(pairs, register, entries, _stream(seed, "problems")))
    strangers = list_xpm_only(_stream(seed, "strangers"))
    foreign = open_foreign_jobs(register, strangers)
    add_costs(register, _stream(seed, "costs"))
    register.give_ids()
    number_entries(entries, _stream(seed, "ids"))
    times = write_timesheets(entries, _stream(seed, "pushes"))
    times += type_by_hand(foreign, _stream(seed, "by hand"))
    clients = [one for pair in pairs for one in (pair.xpm, pair.rival) if one] + strangers
    papers = write_papers(register, _stream(seed, "papers"))
    return Demo(pairs, register, entries, make_tenants(register, clients, build_groups(pairs), times), papers)


def write_files(demo: Demo) -> dict[str, str]:
    """The text of every file by its path below the demo's folder."""
    return {
        "local/clients.csv": files.write_clients(demo.pairs),
        "local/staff.csv": files.write_staff(),
        "local/processes.csv": files.write_processes(),
        "local/tasks.csv": files.write_tasks(demo.register.tasks),
        "local/actual_times.csv": files.write_times(demo.entries),
        "local/documents.csv": files.write_documents(demo.papers),
        **{f"local/{paper.path}": paper.text for paper in demo.papers if paper.text},
        "practice.json": files.write_practice(demo.pairs, demo.entries),
        "xpm.json": files.write_seed(demo.tenants),
        "README.md": write_readme(demo.entries),
    }


def _stream(seed: str, stage: str) -> Random:
    return Random(f"{seed}: {stage}")


def main() -> None:
    for path, text in write_files(build_demo()).items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path}: {len(text.encode()) / 1000:,.0f} kB\n")


if __name__ == "__main__":
    main()
