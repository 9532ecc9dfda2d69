"""Who may push for a practice: one worker at a time, and nobody while pushing is halted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, distinct, func, insert, select, update

from core.model import Clock, utc_text
from core.store.engine import hold_lock, reading, writing
from core.store.events import NewEvent, append_events
from core.store.tables import bundle, bundle_event, pusher

#: Refusals, as text: empty means allowed, anything else than this one is the reason of a halt.
DONE = ""
LEASE_LOST = "lease lost"

#: How the refusal begins while an older database is being brought up to date with XPM.
RECOVERING = "XPM is read again first"

_UNSETTLED = ("ready", "sending", "unknown", "posted", "changing")


class PushLease:
    """The push lease with its epoch, and the halt, of every practice."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def take_lease(self, practice: str, owner: str, seconds: float) -> int | None:
        """Become the practice's one pusher; gives the new epoch, None while another owner's lease runs.

        The same owner may take it again at once (after its own crash); its former epoch ends with that.
        """
        now = self._clock.now()
        with writing(self._engine) as connection:
            row = lock_pusher(connection, practice)
            if row["owner"] not in ("", owner) and row["until"] > utc_text(now):
                return None
            epoch = int(row["epoch"]) + 1
            values = {"owner": owner, "until": utc_text(now + timedelta(seconds=seconds)), "epoch": epoch}
            connection.execute(update(pusher).where(pusher.c.practice == practice).values(**values))
            return epoch

    def renew_lease(self, practice: str, owner: str, epoch: int, seconds: float) -> bool:
        """Keep the lease that long from now; False when it is no longer ours."""
        until = utc_text(self._clock.now() + timedelta(seconds=seconds))
        mine = (pusher.c.practice == practice, pusher.c.owner == owner, pusher.c.epoch == epoch)
        with writing(self._engine) as connection:
            return connection.execute(update(pusher).where(*mine).values(until=until)).rowcount == 1

    def release_lease(self, practice: str, owner: str, epoch: int) -> None:
        """Let another owner push at once; nothing happens when the lease is no longer ours."""
        mine = (pusher.c.practice == practice, pusher.c.owner == owner, pusher.c.epoch == epoch)
        with writing(self._engine) as connection:
            connection.execute(update(pusher).where(*mine).values(owner="", until=""))

    def end_lease(self, owner: str) -> None:
        """Let others push at once wherever `owner` held the lease; for an owner that is surely dead.

        The epoch stays: whoever comes next takes a higher one, and what the dead one may still say is refused.
        """
        with writing(self._engine) as connection:
            connection.execute(update(pusher).where(pusher.c.owner == owner).values(owner="", until=""))

    def judge_send(self, practice: str, owner: str, epoch: int) -> str:
        """Whether a request may leave right now: DONE, LEASE_LOST, or the reason of a halt."""
        with reading(self._engine) as connection:
            return judge_lease(connection, practice, owner, epoch, utc_text(self._clock.now()))

    def read_breaker(self, practice: str) -> tuple[int, str]:
        """How often XPM failed in a row, and until when a push leaves it alone; empty text when it may be asked."""
        with reading(self._engine) as connection:
            query = select(pusher.c.breaker_failures, pusher.c.breaker_until).where(pusher.c.practice == practice)
            row = connection.execute(query).one_or_none()
            return (int(row[0]), row[1] or "") if row else (0, "")

    def write_breaker(self, practice: str, failures: int, until: datetime | None) -> None:
        """Note an outage of XPM, or with no failures that it is over."""
        values = {"breaker_failures": failures, "breaker_until": utc_text(until) if until else None}
        with writing(self._engine) as connection:
            lock_pusher(connection, practice)
            connection.execute(update(pusher).where(pusher.c.practice == practice).values(**values))

    def find_other_tenant(self, practice: str, tenant: str) -> str:
        """The other XPM practice that the newest bundle, or one not yet surely in XPM, belongs to; else empty."""
        mine = select(bundle.c.tenant).where(bundle.c.practice == practice)
        newest = select(bundle_event.c.bundle).where(bundle_event.c.practice == practice)
        newest = newest.order_by(bundle_event.c.id.desc()).limit(1)
        with reading(self._engine) as connection:
            for some in (bundle.c.state.in_(_UNSETTLED), bundle.c.id == newest.scalar_subquery()):
                other = connection.execute(mine.where(some, bundle.c.tenant != tenant).limit(1)).scalar()
                if other:
                    return str(other)
        return ""

    def count_told(self, practice: str, words: str, since: str) -> int:
        """Bundles with an event since then (UTC text) that tells these words."""
        told = (bundle_event.c.practice == practice, bundle_event.c.at >= since, bundle_event.c.why.contains(words))
        with reading(self._engine) as connection:
            query = select(func.count(distinct(bundle_event.c.bundle))).where(*told)
            return int(connection.execute(query).scalar_one())

    def halt(self, practice: str, reason: str, *, actor: str) -> None:
        """Write nothing more to XPM until somebody lifts it. The first reason stays."""
        at = self._clock.now()
        with writing(self._engine) as connection:
            if lock_pusher(connection, practice)["halt_reason"]:
                return
            stop = update(pusher).where(pusher.c.practice == practice)
            connection.execute(stop.values(halt_reason=reason, halted_at=utc_text(at)))
            append_events(connection, [NewEvent(practice, actor, "halted", "push", practice, why=reason)], at)

    def lift_halt(self, practice: str, *, actor: str, why: str) -> None:
        """Let the practice push again; a person answers for it with a reason."""
        with writing(self._engine) as connection:
            before = lock_pusher(connection, practice)["halt_reason"]
            connection.execute(
                update(pusher).where(pusher.c.practice == practice).values(halt_reason="", halted_at=None)
            )
            if before:
                lifted = NewEvent(practice, actor, "lifted halt", "push", practice, before=before, why=why)
                append_events(connection, [lifted], self._clock.now())

    def halt_reason(self, practice: str) -> str:
        """Why nothing is written to XPM; empty when pushing is allowed."""
        with reading(self._engine) as connection:
            query = select(pusher.c.halt_reason).where(pusher.c.practice == practice)
            return connection.execute(query).scalar() or ""


def lock_pusher(connection: Connection, practice: str) -> RowMapping:
    """The practice's row, made when it is missing; nobody else changes it until the transaction ends."""
    hold_lock(connection, "pusher", practice)
    query = select(pusher).where(pusher.c.practice == practice).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        connection.execute(insert(pusher), [{"practice": practice}])
        row = connection.execute(query).mappings().one()
    return row


def judge_lease(connection: Connection, practice: str, owner: str, epoch: int, at: str, *, lock: bool = False) -> str:
    """DONE while `owner` holds the lease of this epoch, nothing is halted and nothing recovered; else the refusal.

    With `lock` the answer stays true until the transaction ends.
    """
    query = select(pusher).where(pusher.c.practice == practice)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None or row.owner != owner or row.epoch != epoch or row.until <= at:
        return LEASE_LOST
    return str(row.halt_reason or (row.recovery and f"{RECOVERING}: {row.recovery}"))
