"""Accepting a band of proposals after a person checked a random sample of it.

What was drawn is kept in the store; what was judged is read from the decisions themselves, wherever they were made. So
a sample outlives a rerun, a second tab and a restart, and notices when proposals changed since it was drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from core.mapping import choose_band, narrow_rows
from core.mapping.sample import (
    Bound,
    Pair,
    Sample,
    Stock,
    bound_error,
    draw_sample,
    mark_pairs,
    size_sample,
    take_stock,
)
from core.model import Band, Kind, PersonNeeded, Verdict, utc_text
from core.store import NewDecision, SampleMovedOn

if TYPE_CHECKING:
    from core.workspace import Workspace

__all__ = ["BY_SAMPLE", "SETTINGS", "BandChanged", "Bound", "BoundTooHigh", "Offer", "OpenSample", "Sampling", "Scope"]

#: Who decided about pairs that nobody looked at.
BY_SAMPLE = "rule:sample"
ACCEPTED, UNDONE = "accepted by sample", "undid sample"
SETTINGS = {Band.CERTAIN: "sample_certain", Band.LIKELY: "sample_likely"}


class BandChanged(PersonNeeded):
    """The pairs to accept are no longer those that were shown."""

    def __init__(self) -> None:
        super().__init__(
            "The proposals have changed since this page was shown, so nothing was accepted. Look at the sample again."
        )


class BoundTooHigh(PersonNeeded):
    """The sample does not prove what the practice asks for."""

    def __init__(self, share: float, allowed: float) -> None:
        super().__init__(
            f"Up to {share:.1%} of the others may be wrong, and {allowed:.1%} is allowed. "
            "Check more pairs, or review the others one by one."
        )


@dataclass(frozen=True)
class Scope:
    """What is to be accepted: a band, narrowed to rows with these words, and by `group` as `write_narrowing` writes it:
    client group, partner and manager.
    """

    band: Band
    group: str = ""
    words: str = ""


@dataclass(frozen=True)
class Offer:
    """What a sample of a scope would be: `size` of `total` pairs, all of them when only that proves enough; `bound` is
    what it proves when all are right, `left_out` how many of the band stand in each other's way."""

    total: int
    size: int
    allowed: float
    bound: Bound
    left_out: int


@dataclass(frozen=True)
class OpenSample:
    """A sample as it is now: `allowed` is the share of the rest that may be wrong; `mark` stands for the rest shown."""

    sample: Sample
    stock: Stock
    allowed: float

    @property
    def mark(self) -> str:
        """A text that differs when other pairs would be accepted."""
        return mark_pairs(self.stock.rest)

    @property
    def is_proven(self) -> bool:
        """Whether the rest may be accepted."""
        return not self.stock.to_check and self.stock.bound.share <= self.allowed


class Sampling:
    """The samples of one practice, one at a time for each kind. `rows`: all review rows of the kind."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        self._store = workspace.store
        self._practice = workspace.practice_id

    def allowed(self, band: Band) -> float:
        """The share that may be wrong, 0 to 1, as the practice set it for this band."""
        return float(getattr(self._ws.practice.settings, SETTINGS[band]))

    def offer(self, kind: Kind, rows: pd.DataFrame, scope: Scope) -> Offer:
        """How large a sample of the scope would be."""
        total, allowed = len(_list_pairs(kind, rows, scope)), self.allowed(scope.band)
        size = size_sample(total, allowed)
        inside = narrow_rows(rows, scope.group, scope.words)
        of_band = inside["state"].eq("proposed") & inside["band"].eq(scope.band)
        return Offer(total, size, allowed, bound_error(size, 0, total), int(of_band.sum()) - total)

    def draw(self, kind: Kind, scope: Scope) -> None:
        """Draw a sample of the scope as it is now. Raises SampleMovedOn when one is open already."""
        pairs = _list_pairs(kind, self._ws.review.rows(kind), scope)
        seed, size = self._ws.make_id(), size_sample(len(pairs), self.allowed(scope.band))
        sample = Sample(
            id=f"sample {self._ws.make_id()[:8]}",
            band=scope.band.value,
            group=scope.group,
            words=scope.words,
            seed=seed,
            size=size,
            drawn=tuple(draw_sample(pairs, size, seed)),
            by=self._ws.actor,
            at=utc_text(self._ws.clock.now()),
        )
        self._save(kind, sample, None)
        self._log(kind, sample, "drew sample", f"{size} of {len(pairs)} {scope.band} proposals")

    def look(self, kind: Kind, rows: pd.DataFrame) -> OpenSample | None:
        """The open sample as it is now; None when there is none.

        Pairs drawn that changed since give their place to others by the same lot; that is kept at once, so that
        everybody goes on with the same pairs.
        """
        text = self._store.samples.read(self._practice, kind)
        if not text:
            return None
        sample = Sample.from_json(text)
        scope = Scope(Band(sample.band), sample.group, sample.words)
        stock = take_stock(sample, _list_pairs(kind, rows, scope), self._list_judged(kind, rows, sample))
        if stock.gone or set(stock.to_check) - set(sample.drawn):
            sample = self._redraw(kind, sample, stock)
        return OpenSample(sample, replace(stock, gone=0), self.allowed(scope.band))

    def _redraw(self, kind: Kind, sample: Sample, stock: Stock) -> Sample:
        """Keep what is drawn now; when somebody else was faster, theirs is the same by the same lots."""
        still = tuple(pair for pair in sample.drawn if pair in set(stock.judged))
        new = replace(sample, drawn=(*still, *stock.to_check), replaced=sample.replaced + stock.gone)
        with suppress(SampleMovedOn):
            self._save(kind, new, sample)
            if stock.gone:
                self._log(kind, new, "redrew sample", f"{stock.gone} of the pairs drawn had changed")
        return new

    def judge(self, kind: Kind, right: Mapping[str, str], wrong: Mapping[str, str], seen: Mapping[str, int]) -> int:
        """Link the right pairs of the sample (local id -> XPM id) and reject the wrong ones, all or none.

        seen: local id -> decision the person saw, 0 for none. Raises DecisionMovedOn. Returns how many were judged.
        """
        sample = self._read(kind)
        proposals = self._ws.review.proposals(kind, [*right, *wrong]).set_index(["local_id", "xpm_id"])["score"]
        if not {*right.items(), *wrong.items()} <= {*proposals.index} & {*sample.drawn}:
            raise BandChanged
        why = f"checked in a sample of {sample.size}"
        made = [
            self._decide(kind, pair, verdict, self._ws.actor, why, sample, float(proposals[pair]))
            for verdict, pairs in ((Verdict.LINKED, right), (Verdict.REJECTED, wrong))
            for pair in pairs.items()
        ]
        return self._ws.proposing.decide(kind, [replace(one, expected_id=seen.get(one.local_id, 0)) for one in made])

    def enlarge(self, kind: Kind) -> None:
        """Draw as many more pairs as are needed when all of them are right. Raises SampleMovedOn."""
        found = self._look_now(kind, self._ws.review.rows(kind))
        more = found.stock.size_more(found.allowed) or len(found.stock.rest)
        new = replace(found.sample, size=found.stock.checked + more, look=found.sample.look + 1)
        self._save(kind, new, found.sample)
        self._log(kind, new, "enlarged sample", f"{more} more pairs")

    def end(self, kind: Kind) -> None:
        """Go on without the sample; what was judged stays decided."""
        sample = self._read(kind)
        self._store.samples.write(self._practice, kind, "", sample.to_json())
        self._log(kind, sample, "ended sample", "")

    def accept_rest(self, kind: Kind, mark: str) -> int:
        """Link all other pairs of the band; how many.

        mark: of the sample as it was shown. Raises BandChanged when the pairs are others now, and BoundTooHigh when the
        sample does not prove enough.
        """
        rows = self._ws.review.rows(kind)
        found = self._look_now(kind, rows)
        if found.stock.to_check or found.mark != mark:
            raise BandChanged
        if not found.is_proven:
            raise BoundTooHigh(found.stock.bound.share, found.allowed)
        words = _tell(found.stock)
        why = f"accepted by {self._ws.actor} after a {words}"
        scores = rows["score"].to_dict()
        made = [
            self._decide(kind, pair, Verdict.LINKED, BY_SAMPLE, why, found.sample, scores[pair[0]])
            for pair in found.stock.rest
        ]
        # The sample goes first: a second click finds it gone, and nothing is accepted twice.
        self._store.samples.write(self._practice, kind, "", found.sample.to_json())
        saved = self._ws.proposing.decide(kind, made)
        self._log(kind, found.sample, ACCEPTED, f"{saved} pairs nobody looked at", words)
        return saved

    def accepted(self, kind: Kind) -> pd.DataFrame:
        """Former acceptances, newest first: index sample id, columns at, by, what, why, and links, those that stand."""
        events = self._store.events.list(self._practice, limit=20, verb=ACCEPTED, subject_kind=str(kind))
        frame = events.set_index("subject_id")[["at", "actor", "after", "why"]]
        frame = frame.rename(columns={"actor": "by", "after": "what"})
        return frame.assign(links=[len(self._standing(kind, one)) for one in frame.index])

    def undo(self, kind: Kind, sample_id: str) -> int:
        """Open again what was accepted without being looked at, where that decision still stands; how many."""
        rows = [
            NewDecision(
                self._practice,
                kind,
                local_id,
                Verdict.REOPENED,
                self._ws.actor,
                why="acceptance by sample undone",
                run=sample_id,
                expected_id=number,
            )
            for local_id, number in self._standing(kind, sample_id).items()
        ]
        saved = self._ws.proposing.decide(kind, rows)
        self._store.events.add(self._practice, self._ws.actor, UNDONE, str(kind), sample_id, after=f"{saved} links")
        return saved

    def _standing(self, kind: Kind, sample_id: str) -> dict[str, int]:
        """Local id -> id of the decisions nobody looked at that this sample made and that still stand."""
        current = self._ws.review.decisions(kind)
        made = self._store.decisions.made_in(self._practice, kind, sample_id)
        unseen = current[current["by"].eq(BY_SAMPLE) & current["id"].isin(made)]
        return {str(one): int(number) for one, number in unseen["id"].items()}

    def _look_now(self, kind: Kind, rows: pd.DataFrame) -> OpenSample:
        found = self.look(kind, rows)
        if found is None:
            raise BandChanged
        return found

    def _read(self, kind: Kind) -> Sample:
        text = self._store.samples.read(self._practice, kind)
        if not text:
            raise BandChanged
        return Sample.from_json(text)

    def _save(self, kind: Kind, sample: Sample, seen: Sample | None) -> None:
        self._store.samples.write(self._practice, kind, sample.to_json(), seen.to_json() if seen else "")

    def _log(self, kind: Kind, sample: Sample, verb: str, after: str, why: str = "") -> None:
        self._store.events.add(
            self._practice, self._ws.actor, verb, str(kind), sample.id, after=after, why=why, run=sample.id
        )

    def _decide(
        self, kind: Kind, pair: Pair, verdict: Verdict, by: str, why: str, sample: Sample, score: float
    ) -> NewDecision:
        return NewDecision(
            self._practice, kind, pair[0], verdict, by, pair[1], score, why, run=sample.id, expected_id=0
        )

    def _list_judged(self, kind: Kind, rows: pd.DataFrame, sample: Sample) -> dict[Pair, bool]:
        """The drawn pairs a person has decided about, and whether they were right."""
        rejected = self._ws.proposing.decided(kind).rejected
        known = rows.reindex([one for one, _ in sample.drawn])
        linked = known["link_xpm_id"].fillna("").tolist()
        by_person = (~known["decided_by"].fillna("").str.startswith("rule:")).tolist()
        judged = {}
        for pair, partner, is_person in zip(sample.drawn, linked, by_person, strict=True):
            if pair in rejected:
                judged[pair] = False
            elif partner and is_person:
                judged[pair] = partner == pair[1]
        return judged


def _list_pairs(kind: Kind, rows: pd.DataFrame, scope: Scope) -> list[Pair]:
    """The pairs of the scope that may be accepted together. Never ties."""
    chosen = narrow_rows(choose_band(kind, scope.band, rows), scope.group, scope.words)
    return list(zip(chosen.index.astype(str), chosen["proposed_xpm_id"].astype(str), strict=True))


def _tell(stock: Stock) -> str:
    """`sample of 62, 0 wrong: with 95 % confidence at most 4.9 % of the other 409 are wrong`; rounded up."""
    bound = stock.bound
    return (
        f"sample of {stock.checked}, {stock.wrong} wrong: with {100 * bound.confidence:.4g} % confidence at most "
        f"{math.ceil(1000 * bound.share) / 10:g} % of the other {bound.rest} are wrong"
    )
