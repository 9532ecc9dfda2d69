"""One call to XPM from start to end: limits, token, sending, and what the answer means.

Reads are repeated when the network or XPM fails; a write is sent once, and a second time only after a 401, which
proves that the first was not carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, Protocol
from urllib.parse import quote, urlencode

from core.model import Clock, OutsideFailed, PersonNeeded, TieoutError
from core.xpm.drafts import Message
from core.xpm.gate import Gate, Remaining, Ticket, WaitReason
from core.xpm.headers import read_correlation_id, read_problem, read_remaining, read_retry_after, read_skew
from core.xpm.outcome import Cause, Outcome, OutcomeKind, classify_answer, classify_fault
from core.xpm.secrets import Secret
from core.xpm.tokens import ConnectionState, ConsentNeeded
from core.xpm.transport import SHORT_PATIENCE, Answer, AnswerLost, AnswerTooBig, NotSent, Request, Transport
from core.xpm.wire import AnswerNotWhole, AnswerUnreadable, Parsed, R, Shape, Wire, find_words, name_cleaned

RIGHT = "Connect third-party add-ons"
_READ_REPEATS = 3
_REPEATABLE = (500, 502, 503, 504)
_HOUR = 3600.0


class MustWait(OutsideFailed):
    """The limits of XPM leave no room now; `seconds` is how long."""

    def __init__(self, seconds: float, reason: str) -> None:
        self.seconds = seconds
        super().__init__(f"XPM cannot be asked for another {max(1, round(seconds))} seconds ({reason}).")


class QuotaSpent(OutsideFailed):
    """The day's calls are used, or XPM asked for a wait of over an hour; `until` is when it goes on, in UTC."""

    def __init__(self, until: datetime, reason: str) -> None:
        self.until = until
        super().__init__(
            f"XPM cannot be asked before {until:%Y-%m-%d %H:%M} UTC ({reason}). What is queued stays queued."
        )


class AccessLost(PersonNeeded):
    """XPM knows us and refuses the practice, or this part of it."""

    halts_push = "XPM refused access to the practice"

    def __init__(self, what: str, words: str, correlation_id: str) -> None:
        super().__init__(
            f"XPM refused access to {what} ({words}). The person who connected may have left or lost the right "
            f"“{RIGHT}”, or the consent lacks a scope. Have an XPM administrator check the right, then connect again. "
            f"For Xero's support: {correlation_id or 'no correlation id'}."
        )


class Redirected(PersonNeeded):
    """Something else than XPM answers at its address."""

    halts_push = "XPM's address answered with a redirect"

    def __init__(self, what: str, http_status: int) -> None:
        super().__init__(
            f"XPM's address answered with a redirect (status {http_status}) when asked for {what}. Nothing was read. "
            "Check the address and whether a proxy or a sign-in page of your network stands in between."
        )


class CallRefused(TieoutError):
    """XPM understood a read and refused it: asking again gives the same. Its own rules come with `http_status` 200."""

    def __init__(self, what: str, words: str, http_status: int, correlation_id: str) -> None:
        self.http_status = http_status
        self.words = words or f"status {http_status}"
        super().__init__(
            f"XPM would not tell {what}: {words or f'status {http_status}'}. Check that it exists in XPM. "
            f"For Xero's support: {correlation_id or 'no correlation id'}."
        )


class XpmFailed(OutsideFailed):
    """XPM answered a read with a failure of its own, repeatedly."""

    def __init__(self, what: str, http_status: int, correlation_id: str) -> None:
        super().__init__(
            f"XPM failed to tell {what} (status {http_status}). Nothing was changed; try again in a while. "
            f"For Xero's support: {correlation_id or 'no correlation id'}."
        )


@dataclass(frozen=True)
class Call(Generic[R]):
    """What to ask of XPM. `path` holds the method, then raw path parts, which are escaped when sent."""

    method: str
    path: tuple[str, ...]
    shape: Shape[R]
    query: Mapping[str, str] = field(default_factory=dict)
    message: Message | None = None
    patience: float = SHORT_PATIENCE


class TokenSource(Protocol):
    """What a call needs of the sign-in; `core.xpm.signin.SignIn` is one."""

    def access_token(self) -> Secret:
        """A token with time left."""
        ...

    def renew(self, spent: Secret) -> Secret:
        """Another token than the one XPM just refused."""
        ...

    def note_worked(self) -> None:
        """XPM accepted the token."""
        ...

    def mark_state(self, state: ConnectionState) -> None:
        """Note what became of the connection."""
        ...

    def give_up(self) -> ConsentNeeded:
        """Note that only a person can sign in again, and give the error that says so."""
        ...


class Caller:
    """Makes calls for one practice. `patience` is the most seconds one call sleeps for the limits' sake."""

    def __init__(
        self,
        transport: Transport,
        gate: Gate,
        signin: TokenSource,
        tenant_id: str,
        wire: Wire,
        clock: Clock,
        base_url: str,
        patience: float,
    ) -> None:
        self.clock = clock
        self.tenant_id = tenant_id
        self.calls = 0
        self.skew: float | None = None
        self._counting = Lock()  # several lanes of a push share one caller
        self._transport = transport
        self._gate = gate
        self._signin = signin
        self._wire = wire
        self._base_url = base_url
        self._patience = patience

    def read(self, call: Call[R]) -> Parsed[R]:
        """The whole answer of a read. Raises when it cannot be had whole; see the classes above."""
        for repeat in range(_READ_REPEATS + 1):
            last = repeat == _READ_REPEATS
            try:
                answer = self._exchange(call, write=False)
                parsed = self._judge_read(call, answer, last=last)
            except (NotSent, AnswerLost, AnswerUnreadable):
                if last:
                    raise
                parsed = None
            if parsed is not None:
                return parsed
            self.clock.sleep(float(2**repeat))
        raise AssertionError("the last repeat returns or raises")

    def write(self, call: Call[R], refuse: Callable[[], str] | None = None) -> Outcome:
        """What became of a write; never raises for anything XPM, the network or the limits do.

        `refuse` is asked right before the bytes leave; a sentence from it means they do not.
        """
        try:
            answer = self._exchange(call, write=True, refuse=refuse)
        except (MustWait, QuotaSpent) as stop:
            return self._limit_outcome(stop)
        except _Withheld as stop:
            return Outcome(OutcomeKind.NOT_SENT, words=str(stop), cause=Cause.WITHHELD)
        except _NoToken as stop:
            return Outcome(OutcomeKind.NOT_SENT, words=str(stop), cause=stop.cause)
        except (NotSent, AnswerLost, AnswerTooBig) as fault:
            return classify_fault(fault)
        refused = str(self._signin.give_up()) if answer.status == 401 else ""
        reading: Parsed[R] | AnswerUnreadable | AnswerNotWhole | None = None
        if answer.status == 200:
            try:
                reading = self._wire.parse(answer.body, call.shape)
            except (AnswerUnreadable, AnswerNotWhole) as error:
                reading = error
        outcome = classify_answer(answer, reading, self.clock.now())
        cleaned = tuple(name_cleaned(call.message)) if call.message else ()
        return replace(outcome, cleaned=cleaned, words=refused or outcome.words)

    # -- one exchange, with the token renewed once ---------------------------------------------------------------------

    def _exchange(self, call: Call[R], *, write: bool, refuse: Callable[[], str] | None = None) -> Answer:
        token = self._get_token(self._signin.access_token, write=write)
        answer = self._send_once(call, token, write=write, refuse=refuse)
        if answer.status == 401:
            token = self._get_token(lambda: self._signin.renew(token), write=write)
            answer = self._send_once(call, token, write=write, refuse=refuse)
        if answer.status == 403:
            self._signin.mark_state(ConnectionState.LOST_RIGHT)
        elif answer.status == 200:
            self._signin.note_worked()
        return answer

    def _get_token(self, ask: Callable[[], Secret], *, write: bool) -> Secret:
        try:
            return ask()
        except TieoutError as error:
            if not write:
                raise
            raise _NoToken(str(error), Cause.NETWORK if isinstance(error, OutsideFailed) else Cause.TOKEN) from error

    def _send_once(self, call: Call[R], token: Secret, *, write: bool, refuse: Callable[[], str] | None) -> Answer:
        ticket = self._admit(call, write=write)
        remaining = Remaining()
        try:
            if refuse is not None and (why := refuse()):
                raise _Withheld(why)
            with self._counting:
                self.calls += 1
            answer = self._transport.send(self._build(call, token))
            remaining = read_remaining(answer.headers)
            self.skew = read_skew(answer.headers, self.clock.now())
        finally:
            self._gate.finish(ticket, remaining)
        if answer.status == 429:
            self._pause(answer)
        return answer

    def _admit(self, call: Call[R], *, write: bool) -> Ticket:
        waited = 0.0
        while True:
            now = self.clock.now()
            verdict = self._gate.admit(
                self.tenant_id, write=write, deadline=now + timedelta(seconds=2 * call.patience + 30)
            )
            if isinstance(verdict, Ticket):
                return verdict
            if verdict.reason in (WaitReason.DAY, WaitReason.RESERVE) or verdict.seconds > _HOUR:
                raise QuotaSpent(now + timedelta(seconds=verdict.seconds), verdict.reason)
            if waited + verdict.seconds > self._patience:
                raise MustWait(verdict.seconds, verdict.reason)
            self.clock.sleep(verdict.seconds)
            waited += verdict.seconds

    def _pause(self, answer: Answer) -> None:
        now = self.clock.now()
        reason = f"XPM's {read_problem(answer.headers) or 'call'} limit"
        self._gate.pause(self.tenant_id, now + timedelta(seconds=read_retry_after(answer.headers, now)), reason)

    def _build(self, call: Call[R], token: Secret) -> Request:
        path = "/".join(quote(part, safe="") for part in call.path)
        query = f"?{urlencode(call.query)}" if call.query else ""
        headers = {**self._wire.headers, "Xero-tenant-id": self.tenant_id}
        body = self._wire.write(call.message) if call.message else None
        return Request(call.method, f"{self._base_url}{path}{query}", headers, body, token, call.patience)

    # -- what an answer means ------------------------------------------------------------------------------------------

    def _judge_read(self, call: Call[R], answer: Answer, *, last: bool) -> Parsed[R] | None:
        """The parsed answer, None to ask again, or an error."""
        status, what, correlation = answer.status, call.shape.what, read_correlation_id(answer.headers)
        if status == 200:
            parsed = self._wire.parse(answer.body, call.shape)
            if parsed.is_ok:
                return parsed
            raise CallRefused(what, parsed.words, status, correlation)
        if status == 429:
            # The pause is noted; the next admission waits for it or raises MustWait or QuotaSpent.
            if last:
                raise MustWait(read_retry_after(answer.headers, self.clock.now()), WaitReason.PAUSED)
            return None
        if status in _REPEATABLE and not last:
            return None
        if 300 <= status < 400:
            raise Redirected(what, status)
        words = find_words(answer.body)
        if status == 401:
            raise self._signin.give_up()
        if status == 403:
            raise AccessLost(what, words or "status 403", correlation)
        if 400 <= status < 500:
            raise CallRefused(what, words, status, correlation)
        raise XpmFailed(what, status, correlation)

    def _limit_outcome(self, stop: MustWait | QuotaSpent) -> Outcome:
        seconds = stop.seconds if isinstance(stop, MustWait) else (stop.until - self.clock.now()).total_seconds()
        return Outcome(OutcomeKind.NOT_SENT, words=str(stop), cause=Cause.LIMIT, retry_after=max(seconds, 1.0))


class _Withheld(Exception):
    """The caller's own last check said no."""


class _NoToken(Exception):
    """There is no token to write with; the call was not made."""

    def __init__(self, words: str, cause: Cause) -> None:
        self.cause = cause
        super().__init__(words)


def only(parsed: Parsed[R]) -> R | None:
    """The single record of an answer, None when it had none."""
    return parsed.records[0] if parsed.records else None
