"""One practice, opened: what pages, the command line and the worker work with. Wiring only, no rules.

from core.workspace import Workspace
ws = Workspace.open("demo")
ws.actual_times(standing="ready")        # a DataFrame
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from core.clock import SystemClock, new_id
from core.model import Clock, Kind, Standing, TieoutError, practice_today
from core.settings import Settings, read_settings
from core.store import Practice, Store, UnknownPractice, migrate, open_engine
from core.store.uploads import Uploads
from core.workspace.automating import Automating
from core.workspace.batching import Batching
from core.workspace.bulk import Bulk
from core.workspace.choosing import Choosing
from core.workspace.connecting import Connecting
from core.workspace.costing import Costing
from core.workspace.delivering import Delivering
from core.workspace.drafting import Drafting
from core.workspace.exceptions import Exceptions
from core.workspace.exchanging import Exchanging
from core.workspace.following import Following
from core.workspace.gaps import Gaps
from core.workspace.jobbing import Jobbing
from core.workspace.kept import FRAMES
from core.workspace.learning import Learning
from core.workspace.logbook import Logbook
from core.workspace.mailing import Mailing
from core.workspace.missing import Missing
from core.workspace.options import Options
from core.workspace.overview import Overview
from core.workspace.packing import Packing
from core.workspace.paper_shelf import PaperShelf
from core.workspace.proposing import Proposing
from core.workspace.reporting import Reporting
from core.workspace.reviewing import Reviewing
from core.workspace.rights import Rights
from core.workspace.ruling import Ruling
from core.workspace.running import Running
from core.workspace.sampling import Sampling
from core.workspace.sides import Sides
from core.workspace.signing import Signing
from core.workspace.states import States
from core.workspace.sweeping import Sweeping
from core.workspace.task_view import Tasks
from core.workspace.timekeeping import Timekeeping
from core.workspace.timing import Timing
from core.workspace.tying import Tying
from core.workspace.undoing import Undoing
from core.workspace.verifying import Verifying
from core.workspace.weblinks import Weblinks

__all__ = ["NoPracticeYet", "Store", "Workspace", "open_store"]


def open_store(settings: Settings, clock: Clock | None = None) -> Store:
    """The installation's database at this version; the data folder is made when it is missing."""
    settings.make_folder()
    engine = open_engine(settings.database)
    migrate(engine)
    return Store(engine, clock or SystemClock())


class NoPracticeYet(TieoutError):
    """A fresh installation."""

    def __init__(self) -> None:
        super().__init__("There is no practice yet. Open the dashboard and set one up, or run `tieout connect`.")


class Workspace:
    """One practice. Its parts: `sides` (both sides' data), `review`, `ruling`, `proposing`, `sampling` (links), `time`
    (push), `jobs`, `connection`. Beside them `overview` (the first look), `reports` (entries by name), `running` (what
    became of each run) and `log` (who did what).
    """

    def __init__(
        self,
        practice_id: str,
        settings: Settings,
        store: Store,
        clock: Clock,
        make_id: Callable[[], str] = new_id,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.make_id = make_id
        self.practice_id = practice_id
        self.actor = settings.actor
        self.uploads = Uploads(settings.data_dir / "uploads")
        self.connection = Connecting(self)
        self.sides = Sides(self)
        self.review = Reviewing(self)
        self.ruling = Ruling(self)
        self.proposing = Proposing(self)
        self.gaps = Gaps(self)
        self.exchange = Exchanging(self)
        self.following = Following(self)
        self.tasks = Tasks(self)
        self.sampling = Sampling(self)
        self.learning = Learning(self)
        self.time = Timing(self)
        self.timer = Timekeeping(self)
        self.choices = Choosing(self)
        self.missing = Missing(self)
        self.exceptions = Exceptions(self)
        self.jobs = Jobbing(self)
        self.batches = Batching(self)
        self.bulk = Bulk(self)
        self.drafting = Drafting(self)
        self.papers = PaperShelf(self)
        self.packs = Packing(self)
        self.delivery = Delivering(self)
        self.mailing = Mailing(self)
        self.costing = Costing(self)
        self.states = States(self)
        self.overview = Overview(self)
        self.reports = Reporting(self)
        self.tying = Tying(self)
        self.verifying = Verifying(self)
        self.signing = Signing(self)
        self.log = Logbook(self)
        self.options = Options(self)
        self.running = Running(self)
        self.undoing = Undoing(self)
        self.sweeping = Sweeping(self)
        self.automating = Automating(self)
        self.weblinks = Weblinks(self)
        self.rights = Rights(self)

    @classmethod
    def open(
        cls,
        practice: str = "",
        *,
        settings: Settings | None = None,
        store: Store | None = None,
        clock: Clock | None = None,
    ) -> Workspace:
        """Open a practice by id; without one, the practice of the settings or the only one there is.

        Raises UnknownPractice, which names those there are.
        """
        settings = settings or read_settings()
        clock = clock or SystemClock()
        store = store or open_store(settings, clock)
        wanted = practice or settings.practice
        known = [one.id for one in store.practices.list()]
        if not wanted and len(known) == 1:
            wanted = known[0]
        if not known:
            raise NoPracticeYet
        if wanted not in known:
            raise UnknownPractice(wanted, known)
        return cls(wanted, settings, store, clock)

    def close(self) -> None:
        """Close what this workspace opened towards XPM; the store stays open for others."""
        self.connection.close()

    @property
    def practice(self) -> Practice:
        """The practice with its present settings."""
        return self.store.practices.get(self.practice_id)

    @property
    def today(self) -> date:
        """The practice's date."""
        practice = self.practice
        return practice_today(self.clock, practice.zone, practice.as_of)

    def local(self, name: str) -> pd.DataFrame:
        """A local frame as loaded last, by its name in LOCAL_FRAMES."""
        return self._read_kept("local", name)

    def xpm(self, name: str, *, start: date | None = None, end: date | None = None) -> pd.DataFrame:
        """An XPM frame as read last, by its name in XPM_FRAMES; `start` and `end` narrow times."""
        if start is None and end is None:
            return self._read_kept("xpm", name)
        return self.store.frames.read("xpm", name, self.practice_id, start=start, end=end)

    def _read_kept(self, side: str, name: str) -> pd.DataFrame:
        version = self.store.versions.read_side(self.practice_id, side)
        if name == "actual_times":
            version += self.store.versions.read_captured(self.practice_id)
        whose = (self.store.engine.url, self.practice_id, side, name)
        frame = FRAMES.fetch(whose, version, lambda: self.store.frames.read(side, name, self.practice_id))
        # Columns are shared until somebody writes to them, and then only the writer's are other ones.
        return frame.copy(deep=False)

    def actual_times(self, standing: Standing | str | None = None) -> pd.DataFrame:
        """Every actual time with its standing; only those of one standing when it is given."""
        rows = self.time.standings()
        return rows if standing is None else rows[rows["standing"].eq(str(standing))]

    def prepare(self) -> None:
        """Make now what this process keeps for all who look at the practice; on a large one it takes seconds."""
        self.time.standings()
        for kind in Kind:
            self.review.rows(kind)
        self.proposing.prepare()

    def version(self) -> str:
        """A text that changes whenever anything a page shows may have changed."""
        return self.store.versions.read(self.practice_id)
