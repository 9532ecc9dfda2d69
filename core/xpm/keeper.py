"""Keeping one connection's tokens fresh while several processes use them.

Xero gives a new refresh token at every refresh; two processes refreshing at once would each get one and lose the
other's. So a refresh is claimed in the store first (compare-and-set on the generation), and the new pair is stored
before it is used. When an answer is lost, Xero accepts the old refresh token for another half hour.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.model import Clock, OutsideFailed, PersonNeeded
from core.xpm.identity import Grant, GrantRefused, Identity, SignInFailed
from core.xpm.secrets import Secret, Vault
from core.xpm.tokens import Connection, ConnectionState, ConsentNeeded, TokenStore
from core.xpm.transport import AnswerLost, NotSent

ACCESS, REFRESH = "access", "refresh"

_MIN_LEFT = timedelta(minutes=10)
_GRACE = timedelta(minutes=30)
#: A claim older than this belongs to a process that died while refreshing.
_CLAIM_LASTS = timedelta(seconds=45)
_POLL_SECONDS = 0.5
_POLLS = 180


class NotConnected(PersonNeeded):
    """No tokens: never connected, or disconnected since."""

    def __init__(self, practice: str) -> None:
        super().__init__(f"The practice {practice!r} is not connected to XPM. Connect it on the Connection page.")


class RefreshBusy(OutsideFailed):
    """Another process is renewing the tokens and did not finish in time."""

    def __init__(self, practice: str) -> None:
        super().__init__(f"The sign-in of {practice!r} is being renewed elsewhere and that takes long. Try again.")


class TokenKeeper:
    """The tokens of one practice's connection. Tokens leave it only as `Secret`."""

    def __init__(
        self, practice: str, identity: Identity, store: TokenStore, vault: Vault, clock: Clock, realm: str
    ) -> None:
        self.practice = practice
        self._identity = identity
        self._store = store
        self._vault = vault
        self._clock = clock
        self._realm = realm
        self._row: Connection | None = None

    def connection(self) -> Connection | None:
        """The connection as stored now; None when there never was one."""
        return self._store.read_connection(self.practice)

    def access_token(self, min_left: timedelta = _MIN_LEFT) -> Secret:
        """A token good for at least `min_left`, renewed first when the stored one is not.

        Raises NotConnected, ConsentNeeded, or an OutsideFailed when Xero cannot be reached.
        """
        row = self._require()
        if self._lasts(row, min_left):
            return self._open(row, ACCESS)
        return self._renew(row, spent=None, min_left=min_left)

    def renew(self, spent: Secret) -> Secret:
        """Another token than `spent`, which XPM just refused: the stored one if it is another, else a fresh one."""
        row = self._require()
        if self._is_good(row, spent, timedelta(0)):
            return self._open(row, ACCESS)
        return self._renew(row, spent=spent, min_left=timedelta(0))

    def note_worked(self) -> None:
        """XPM accepted the token handed out last: the former refresh token is needed no more, the right is there."""
        row = self._row
        if row is None or (row.former_refresh_token is None and row.state is ConnectionState.CONNECTED):
            return
        worked = replace(row, former_refresh_token=None, state=ConnectionState.CONNECTED)
        if self._store.swap_connection(self.practice, worked, expected=row.generation):
            self._row = replace(worked, generation=row.generation + 1)
        else:
            self._row = None

    def give_up(self) -> ConsentNeeded:
        """XPM refused even a fresh token: mark the connection and give the error to raise."""
        self.mark_state(ConnectionState.NEEDS_CONSENT)
        return self._consent_needed(self._store.read_connection(self.practice))

    def mark_state(self, state: ConnectionState) -> None:
        """Note that the right is lost or a consent is needed, for everybody to see."""
        for _ in range(5):
            row = self._store.read_connection(self.practice)
            if row is None or row.state is state:
                return
            if self._store.swap_connection(self.practice, replace(row, state=state), expected=row.generation):
                return

    def reseal(self) -> bool:
        """Seal the stored tokens with the present key; False when they were already, or nothing is stored."""
        row = self._store.read_connection(self.practice)
        if row is None or row.refresh_token is None or not self._vault.needs_rotation(row.refresh_token):
            return False
        fresh = replace(
            row,
            access_token=self._reseal_one(row.access_token, ACCESS),
            refresh_token=self._reseal_one(row.refresh_token, REFRESH),
            former_refresh_token=self._reseal_one(row.former_refresh_token, REFRESH),
            key_id=self._vault.key_id,
        )
        return self._store.swap_connection(self.practice, fresh, expected=row.generation)

    # -- renewing ------------------------------------------------------------------------------------------------------

    def _renew(self, row: Connection, *, spent: Secret | None, min_left: timedelta) -> Secret:
        for _ in range(_POLLS):
            claimed = self._claim(row)
            if claimed is not None:
                return self._refresh(claimed, spent)
            if self._is_good(row, spent, timedelta(seconds=30)):
                return self._open(row, ACCESS)
            self._clock.sleep(_POLL_SECONDS)
            row = self._require()
            if self._is_good(row, spent, min_left):
                return self._open(row, ACCESS)
        raise RefreshBusy(self.practice)

    def _claim(self, row: Connection) -> Connection | None:
        now = self._clock.now()
        if row.refreshing_since is not None and now - row.refreshing_since < _CLAIM_LASTS:
            return None
        claimed = replace(row, refreshing_since=now)
        if not self._store.swap_connection(self.practice, claimed, expected=row.generation):
            return None
        return replace(claimed, generation=row.generation + 1)

    def _refresh(self, claimed: Connection, spent: Secret | None) -> Secret:
        try:
            grant = self._ask_twice(self._open(claimed, REFRESH))
        except GrantRefused:
            return self._recover(claimed, spent)
        except OutsideFailed:
            unclaimed = replace(claimed, refreshing_since=None)
            self._store.swap_connection(self.practice, unclaimed, expected=claimed.generation)
            raise
        return self._keep(claimed, grant)

    def _ask_twice(self, token: Secret) -> Grant:
        """A lost answer is asked for again at once, while Xero still accepts the old refresh token."""
        try:
            return self._identity.refresh(token)
        except (AnswerLost, NotSent, SignInFailed):
            return self._identity.refresh(token)

    def _recover(self, claimed: Connection, spent: Secret | None) -> Secret:
        """The refresh token was refused: another process may have been faster, or the former one may still be good."""
        row = self._require()
        if row.generation != claimed.generation and self._is_good(row, spent, timedelta(0)):
            return self._open(row, ACCESS)
        other = self._other_refresh_token(row, claimed)
        last_refusal: GrantRefused | None = None
        if other is not None:
            try:
                return self._keep(row, self._identity.refresh(other))
            except GrantRefused as refused:
                last_refusal = refused
        self._store.swap_connection(
            self.practice,
            replace(row, state=ConnectionState.NEEDS_CONSENT, refreshing_since=None),
            expected=row.generation,
        )
        raise self._consent_needed(row) from last_refusal

    def _other_refresh_token(self, row: Connection, claimed: Connection) -> Secret | None:
        if row.refresh_token is not None and row.refresh_token != claimed.refresh_token:
            return self._open(row, REFRESH)
        recent = row.refreshed_at is not None and self._clock.now() - row.refreshed_at < _GRACE
        if recent and row.former_refresh_token is not None:
            return self._vault.open(row.former_refresh_token, self.seal_context(REFRESH))
        return None

    def _keep(self, claimed: Connection, grant: Grant) -> Secret:
        now = self._clock.now()
        fresh = replace(
            claimed,
            access_token=self._vault.seal(grant.access_token.reveal(), self.seal_context(ACCESS)),
            refresh_token=self._vault.seal(grant.refresh_token.reveal(), self.seal_context(REFRESH)),
            former_refresh_token=claimed.refresh_token,
            access_expires_at=now + timedelta(seconds=grant.lasts),
            refreshed_at=now,
            refreshing_since=None,
            scopes=grant.scopes or claimed.scopes,
            key_id=self._vault.key_id,
        )
        if self._store.swap_connection(self.practice, fresh, expected=claimed.generation):
            self._row = replace(fresh, generation=claimed.generation + 1)
            return grant.access_token
        # Somebody took our claim for dead and renewed as well; what is stored is what counts.
        row = self._require()
        return self._open(row, ACCESS) if self._lasts(row, timedelta(0)) else grant.access_token

    # -- reading what is stored ----------------------------------------------------------------------------------------

    def seal_context(self, part: str) -> str:
        """What sealed bytes are bound to: moved to another practice, field or realm they do not open."""
        return f"{self._realm}|{self.practice}|{part}"

    def _consent_needed(self, row: Connection | None) -> ConsentNeeded:
        return ConsentNeeded((row and row.tenant_name) or self.practice, row.connected_by if row else "")

    def _require(self) -> Connection:
        row = self._store.read_connection(self.practice)
        if row is None or row.state is ConnectionState.DISCONNECTED or row.refresh_token is None:
            raise NotConnected(self.practice)
        if row.state is ConnectionState.NEEDS_CONSENT:
            raise self._consent_needed(row)
        self._row = row
        return row

    def _open(self, row: Connection, part: str) -> Secret:
        sealed = row.access_token if part == ACCESS else row.refresh_token
        return self._vault.open(sealed or b"", self.seal_context(part))

    def _reseal_one(self, sealed: bytes | None, part: str) -> bytes | None:
        if sealed is None:
            return None
        context = self.seal_context(part)
        return self._vault.seal(self._vault.open(sealed, context).reveal(), context)

    def _is_good(self, row: Connection, spent: Secret | None, min_left: timedelta) -> bool:
        return self._lasts(row, min_left) and self._open(row, ACCESS) != spent

    def _lasts(self, row: Connection, min_left: timedelta) -> bool:
        if row.access_token is None or row.access_expires_at is None:
            return False
        return row.access_expires_at - self._clock.now() > min_left
