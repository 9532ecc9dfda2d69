"""The sandbox's only source of time: token ends and quota windows can be reached without sleeping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def read_system_time() -> datetime:
    """The default source of a clock: the machine's own."""
    return datetime.now(UTC)


class SandboxClock:
    """Real time plus an offset, or a moment that only `advance` and `set` move."""

    def __init__(
        self, frozen_at: datetime | None = None, system_time: Callable[[], datetime] = read_system_time
    ) -> None:
        self._system_time = system_time
        self._offset = timedelta()
        self._frozen_at = frozen_at.astimezone(UTC) if frozen_at else None

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at is not None

    def now(self) -> datetime:
        """The sandbox's moment, aware, in UTC."""
        return self._frozen_at or self._system_time() + self._offset

    def today(self, zone: str) -> date:
        """The calendar day in `zone`, an IANA name such as `Pacific/Auckland`."""
        return self.now().astimezone(ZoneInfo(zone)).date()

    def advance(self, seconds: float) -> None:
        """Move by `seconds`, negative ones back; a frozen clock stays frozen."""
        self.set(self.now() + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> None:
        """Jump to `moment` (aware); a running clock goes on from there, a frozen one stays."""
        moment = moment.astimezone(UTC)
        if self.is_frozen:
            self._frozen_at = moment
        else:
            self._offset = moment - self._system_time()

    def freeze(self) -> None:
        """Stop at the present moment."""
        self._frozen_at = self.now()

    def resume(self) -> None:
        """Let time run again from the frozen moment."""
        moment = self.now()
        self._frozen_at = None
        self.set(moment)
