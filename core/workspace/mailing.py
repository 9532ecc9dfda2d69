"""Mailing a pack: its message, the one letter of a run, and what a person found of a letter in doubt.

The state `ending` is on the disk before the mail server can have a whole letter. So whoever finds it there later,
after a crash, knows that the letter may be with the client, and does not send it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.jobs.mail import Fate, Letter, MailServer, post
from core.jobs.packs import Pack, PackState, fill_message, read_addresses
from core.model import OutsideFailed, PersonNeeded, RunKind, TieoutError
from core.settings import Settings
from core.store import Run
from core.store.packs import NewPackEvent, PackMovedOn, StoredPack
from core.workspace.delivering import NotReady

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["LetterView", "MailWithdrawn", "Mailing"]

_OPEN = (PackState.DRAFT, PackState.DELIVERED)


class AlreadySent(PersonNeeded):
    """A mail of this pack was taken over already."""

    def __init__(self) -> None:
        super().__init__("This pack was mailed already. Tick that it shall be sent again, if it really shall.")


class MailRefused(OutsideFailed):
    """Nobody got the mail."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"The mail was not sent: {words.rstrip('.')}. Nobody got it, nothing was created, the pack is as it was. "
            "Correct the cause on Documents, then send it again."
        )


class MailInDoubt(PersonNeeded):
    """The mail may have been taken over."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"Whether the mail was sent is not known: {words.rstrip('.')}. It is not sent again by itself and no job "
            "was created. Look in the mailbox or ask the client, then say on Documents what you found."
        )


class MailWithdrawn(PersonNeeded):
    """Somebody cancelled the run before the mail was sent."""

    def __init__(self) -> None:
        super().__init__("Cancelled before the mail was sent. Nobody got it and nothing was created.")


@dataclass(frozen=True)
class LetterView:
    """The message with its placeholders filled in; `gaps` is what keeps it from being sent, a sentence each."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    gaps: tuple[str, ...]


class Mailing:
    """Mails of one practice's packs."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._packs = workspace.store.packs

    def preview(self, pack: Pack, sender: str = "") -> LetterView:
        """The message as it would go now."""
        values = self._ws.delivery.name_values(pack, sender)
        gaps, filled = [], {}
        for name, read in _READERS.items():
            try:
                filled[name] = read(pack, values)
            except TieoutError as error:
                gaps.append(str(error))
        if "to" in filled and not filled["to"]:
            gaps.insert(0, "Say who gets it.")
        if "subject" in filled and not filled["subject"].strip():
            gaps.append("Give the mail a subject.")
        gaps += self._list_server_gaps()
        empty: dict[str, Any] = {"to": (), "cc": (), "subject": "", "body": ""}
        return LetterView(**empty | filled, gaps=tuple(gaps))

    def server(self) -> MailServer | None:
        """The installation's mail server; None when none is set. Raises BadAddress for the sender's."""
        return name_server(self._ws.settings)

    def _list_server_gaps(self) -> list[str]:
        try:
            server = self.server()
        except TieoutError as error:
            return [f"The sender in TIEOUT_SMTP_FROM: {error}"]
        return [] if server else ["No mail server is set: TIEOUT_SMTP_HOST and TIEOUT_SMTP_FROM name it."]

    def request_send(self, pack_id: str, revision: int, *, again: bool = False) -> Run:
        """Queue the mail of the pack as it was seen; a second request while it is under way is the same run.

        again: it was mailed already, and shall be once more. Raises NotReady, AlreadySent, MailInDoubt, PackMovedOn.
        """
        stored = self._ws.packs.get(pack_id)
        if stored.run and self._ws.packs.is_busy(stored):
            return self._ws.store.runs.get(stored.run)
        self._require_sendable(stored, revision, again=again)
        parameters = {"pack": pack_id, "revision": revision, "sender": self._ws.actor}
        # The former run is part of the key: a run that was refused is followed by another, not by itself.
        key = f"pack:{pack_id}:{revision}:{stored.run}"
        run = self._ws.store.runs.queue(self._ws.practice_id, RunKind.PACK, self._ws.actor, parameters, key)
        try:
            self._packs.note_run(self._ws.practice_id, pack_id, revision, run.id)
        except PackMovedOn:
            self._ws.store.runs.request_cancel(run.id)
            raise
        return run

    def _require_sendable(self, stored: StoredPack, revision: int, *, again: bool) -> None:
        if stored.state not in _OPEN:
            raise MailInDoubt("the last attempt was broken off")
        if stored.revision != revision:
            raise PackMovedOn
        gaps = [*self._ws.delivery.list_gaps(stored.id), *self.preview(Pack.from_json(stored.content)).gaps]
        if gaps:
            raise NotReady(gaps)
        if not again and self.was_mailed(stored.id):
            raise AlreadySent

    def was_mailed(self, pack_id: str) -> bool:
        """Whether a mail of it was taken over, or a person found that it was."""
        history = self._ws.delivery.history(pack_id)
        return bool((history["what"].eq("mail") & history["outcome"].eq("done")).any())

    def carry_out(self, run: Run, is_cancelled: Callable[[], bool]) -> str:
        """Send the mail of a run, once, then ask for the job; gives the sentence for the run.

        Safe to call again after a crash: a letter that may be over there is in doubt then, one that is there is not
        sent again. Raises MailRefused, MailInDoubt, MailWithdrawn, JobNotAsked, PackMovedOn and what building raises.
        """
        pack_id = str(run.parameters["pack"])
        stored = self._ws.packs.get(pack_id)
        if stored.state == PackState.ENDING:
            self._settle_ending(stored, run)
        if stored.state == PackState.IN_DOUBT:
            raise MailInDoubt("a person has to say whether it arrived")
        if not self._has_sent(pack_id, run.id):
            if stored.revision != run.parameters["revision"] or stored.run not in ("", run.id):
                raise PackMovedOn
            self._send(stored, run, is_cancelled)
        return f"The mail was sent. {self._ws.delivery.follow_up(pack_id)}".strip()

    def _settle_ending(self, stored: StoredPack, run: Run) -> None:
        words = "Tieout was stopped while the mail server had the letter"
        event = self._event("in doubt", f"{words}.", run=run.id)
        self._packs.move(self._ws.practice_id, stored.id, PackState.IN_DOUBT, event, frm=(PackState.ENDING,))
        raise MailInDoubt(words)

    def _has_sent(self, pack_id: str, run: str) -> bool:
        history = self._ws.delivery.history(pack_id)
        sent = history[history["what"].eq("mail") & history["outcome"].eq("done")]
        return run in [facts.get("run") for facts in sent["facts"]]

    def _send(self, stored: StoredPack, run: Run, is_cancelled: Callable[[], bool]) -> None:
        server = self.server()
        if server is None:
            raise MailRefused("no mail server is set")
        letter = self._write_letter(stored, run, server)
        recipients = ", ".join((*letter.to, *letter.cc))
        facts = {"run": run.id, "message_id": letter.message_id, "to": recipients}

        def before_end() -> None:
            if is_cancelled():
                raise MailWithdrawn
            begun = self._event("begun", f"Handing it to {server.host} for {recipients}.", **facts)
            self._packs.move(
                self._ws.practice_id, stored.id, PackState.ENDING, begun, frm=_OPEN, revision=stored.revision
            )

        posted = post(server, letter, before_end)
        self._note_fate(stored, posted.fate, posted.words, facts)

    def _note_fate(self, stored: StoredPack, fate: Fate, words: str, facts: Mapping[str, str]) -> None:
        practice = self._ws.practice_id
        if fate is Fate.SENT:
            sent = self._event("done", f"Sent to {facts['to']} ({words}).", **facts)
            self._finish(stored, PackState.DELIVERED, sent, (PackState.ENDING, PackState.IN_DOUBT))
            self._ws.delivery.log(stored, "mailed", run=facts["run"])
        elif fate is Fate.REFUSED:
            self._finish(stored, "", self._event("refused", f"{words}.", **facts), (PackState.ENDING,))
            raise MailRefused(words)
        else:
            doubt = self._event("in doubt", f"{words}.", **facts)
            self._packs.move(practice, stored.id, PackState.IN_DOUBT, doubt, frm=(PackState.ENDING,))
            raise MailInDoubt(words)

    def _finish(self, stored: StoredPack, to: str, event: NewPackEvent, frm: tuple[PackState, ...]) -> None:
        """Move on with what is known for sure; a person who settled it meanwhile still reads it in the history."""
        try:
            self._packs.move(self._ws.practice_id, stored.id, to, event, frm=frm)
        except PackMovedOn:
            self._packs.note(self._ws.practice_id, stored.id, event)

    def _write_letter(self, stored: StoredPack, run: Run, server: MailServer) -> Letter:
        pack = Pack.from_json(stored.content)
        view = self.preview(pack, str(run.parameters.get("sender", "")))
        if view.gaps:
            raise NotReady(list(view.gaps))
        return Letter(
            to=view.to,
            cc=view.cc,
            subject=view.subject,
            body=view.body,
            files=self._ws.delivery.list_files(stored),
            message_id=f"{stored.id}.{run.id}@{server.sender.rpartition('@')[2]}",
            at=self._ws.clock.now().astimezone(ZoneInfo(self._ws.practice.zone)),
            sender_name=self._ws.practice.name,
        )

    def settle(self, pack_id: str, revision: int, *, arrived: bool) -> str:
        """What a person found of a mail in doubt; gives the sentence to show. Raises PackMovedOn, JobNotAsked."""
        stored = self._ws.packs.get(pack_id)
        found = "A person found that it arrived." if arrived else "A person found that it did not arrive."
        event = self._event("done" if arrived else "refused", found, run=stored.run)
        frm = (PackState.IN_DOUBT, PackState.ENDING)
        if self._ws.packs.is_busy(stored):
            raise PackMovedOn
        to = PackState.DELIVERED if arrived else ""
        self._packs.move(self._ws.practice_id, pack_id, to, event, frm=frm, revision=revision)
        self._ws.delivery.log(stored, "settled the mail of", why=found)
        return f"{found} {self._ws.delivery.follow_up(pack_id) if arrived else 'It can be sent again.'}".strip()

    def _event(self, outcome: str, words: str, **facts: str) -> NewPackEvent:
        return NewPackEvent(self._ws.actor, "mail", outcome, words, facts)


def name_server(settings: Settings) -> MailServer | None:
    """The mail server that the settings name; None when they name none. Raises BadAddress for the sender's."""
    sender = settings.smtp_from or (settings.smtp_user if "@" in settings.smtp_user else "")
    if not (settings.smtp_host and sender):
        return None
    (sender,) = read_addresses(sender)[:1]
    ca = Path(settings.smtp_ca) if settings.smtp_ca else None
    password = settings.smtp_password.get_secret_value()
    return MailServer(settings.smtp_host, settings.smtp_port, sender, settings.smtp_user, password, ca)


_READERS: Mapping[str, Callable[[Pack, Mapping[str, str]], Any]] = {
    "to": lambda pack, _values: read_addresses(pack.to),
    "cc": lambda pack, _values: read_addresses(pack.cc),
    "subject": lambda pack, values: fill_message(pack.subject, values),
    "body": lambda pack, values: fill_message(pack.body, values),
}
