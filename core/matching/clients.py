"""Matching clients: names taken apart, identifiers, addresses."""

from __future__ import annotations

from collections.abc import Callable

from .candidates import Candidates, find_candidates
from .client_bins import CLIENT_BINS
from .client_lines import CLIENT_LINES
from .doubts import hard_differences, is_estate_apart, is_in_doubt
from .features import CLIENT_FEATURES, compare_clients
from .knowledge import EntityType
from .progress import Progress
from .records import Context, Record, learn_context, make_record
from .weigh import HALF_CEILING, HARD_CEILING, name_blend

#: Shares of private clients up to which a list holds businesses only, and from which it is a practice's; lists between
#: are weighed by both models in part. A list that is too short to tell counts as if _IMAGINED more were about MIXED.
BUSINESS_TO, PRIVATE_FROM, MIXED = 0.15, 0.35, 0.3
_IMAGINED = 100


class ClientMethod:
    """Clients of every kind: persons, companies, trusts, super funds, partnerships, estates, clubs."""

    shares = False
    features = CLIENT_FEATURES
    bins = CLIENT_BINS
    lines = CLIENT_LINES

    def read(self, row: dict[str, str]) -> Record:
        """Parse the name and clean the keys."""
        return make_record(row)

    def learn(self, left: list[Record], right: list[Record]) -> Context:
        """Word rarity and sharing of e-mails and phones."""
        return learn_context(left, right)

    def find(self, left: list[Record], right: list[Record], on_progress: Progress, workers: int = 1) -> Candidates:
        """Pairs that share rare words, letter triples or keys."""
        return find_candidates(left, right, workers=workers, on_progress=on_progress)

    def compare(self, left: Record, right: Record, context: Context) -> tuple[float, ...]:
        """One value per name of CLIENT_FEATURES."""
        return compare_clients(left, right, context)

    def hard(self, values: tuple[float, ...]) -> tuple[str, ...]:
        """Kind, number or person that contradicts."""
        return hard_differences(values)

    def ceiling(self, values: tuple[float, ...]) -> float:
        """Hard differences stay below likely, pairs in doubt below certain."""
        if hard_differences(values) or is_estate_apart(values):
            return HARD_CEILING
        return HALF_CEILING if is_in_doubt(values) else 1.0

    def model(self, left: list[Record], right: list[Record]) -> str:
        """Lists of persons with birth dates and addresses, and lists of hardly anything but businesses, err in other
        ways than the client lists of a practice, with their families of near-identical names."""
        if all(_share(side, lambda record: bool(record.dob and record.street)) > 0.5 for side in (left, right)):
            return "persons"
        seen = max(
            (sum(map(_is_private, side)) + _IMAGINED * MIXED) / (len(side) + _IMAGINED) for side in (left, right)
        )
        suppliers = (PRIVATE_FROM - seen) / (PRIVATE_FROM - BUSINESS_TO)
        return name_blend("clients", "suppliers", min(max(suppliers, 0.0), 1.0))


def _share(records: list[Record], holds: Callable[[Record], bool]) -> float:
    return sum(map(holds, records)) / max(len(records), 1)


def _is_private(record: Record) -> bool:
    return record.name.type not in (EntityType.COMPANY, EntityType.ASSOCIATION, EntityType.UNKNOWN)
