"""Matching clients: names taken apart, identifiers, addresses."""

from __future__ import annotations

from collections.abc import Callable

from .candidates import Candidates, find_candidates
from .explain import Line, judge_cases, judge_share
from .features import CLIENT_BINS, CLIENT_FEATURES, compare_clients, hard_differences, is_half_named
from .knowledge import EntityType
from .people import Level
from .progress import Progress
from .records import Context, Record, learn_context, make_record
from .weigh import HALF_CEILING, HARD_CEILING


def _show_words(record: Record) -> str:
    return " ".join(record.name.words) or record.name.folded


def _show_type(record: Record) -> str:
    kind = record.name.type.value
    return "" if kind == "unknown" else record.name.form or kind


def _show_persons(record: Record) -> str:
    return " and ".join(" ".join((*person.givens, person.surname)) for person in record.name.persons)


def _show_initials(record: Record) -> str:
    return " ".join(word for word in record.name.words if len(word) == 1) if not record.name.persons else ""


def _show_others(record: Record) -> str:
    name = record.name
    trustee = f"trustee {' '.join(name.trustee)}" if name.trustee else ""
    trading = f"trading as {' '.join(name.trading)}" if name.trading else ""
    former = f"formerly {' '.join(name.former)}" if name.former else ""
    return ", ".join(filter(None, (trustee, trading, former)))


def _show_address(record: Record) -> str:
    return ", ".join(filter(None, (record.street, record.suburb, record.postcode, record.state)))


def _judge_persons(values: dict[str, float]) -> str:
    least = min(values["surname"], values["given"])
    if least != least:
        return "missing"
    return "same" if least >= Level.NICKNAME else "similar" if least >= Level.MISSING else "differs"


def _judge_address(values: dict[str, float]) -> str:
    known = [values[name] for name in ("street", "suburb", "state") if values[name] == values[name]]
    if not known:
        return "missing"
    return "same" if min(known) >= 0.999 else "similar" if sum(known) / len(known) > 0.75 else "differs"


_NUMBER = {"same": (1, 4), "similar": (2,)}

_LETTERS = ("letters", "sorted_letters")

CLIENT_LINES = (
    Line(
        "name",
        (
            "share",
            "conflict",
            "left_rest",
            "right_rest",
            "surprise",
            "inexact",
            "rarest",
            "first",
            "letters",
            "sorted_letters",
        ),
        _show_words,
        judge_share("share", 0.999, 0.6),
    ),
    Line("kind of client", ("type", "form"), _show_type, judge_cases("type", (0,), (3, 4, 7))),
    Line("number", ("numbers",), lambda r: " ".join(sorted(r.name.numbers)), judge_cases("numbers", (0,), (2,))),
    Line("person", ("surname", "given", "middle", "persons", "suffix"), _show_persons, _judge_persons),
    Line("initials", ("initials",), _show_initials, judge_cases("initials")),
    Line("other names", ("parts",), _show_others, judge_cases("parts", (3, 6), (2, 4, 5))),
    Line("tax number", ("tax_no",), lambda r: r.tax_no, judge_cases("tax_no", **_NUMBER)),
    Line("company number", ("company_no",), lambda r: r.company_no, judge_cases("company_no", **_NUMBER)),
    Line("e-mail", ("email", "email_name"), lambda r: r.email, judge_cases("email", (0, 1, 2), (3, 4))),
    Line("phone", ("phone",), lambda r: r.phone, judge_cases("phone", (0, 1, 2), (3,))),
    Line("client code", ("code",), lambda r: r.code_seen, judge_cases("code")),
    Line("birth date", ("dob",), lambda r: r.dob, judge_cases("dob", (0,), (1, 2))),
    Line("address", ("street", "suburb", "postcode", "state"), _show_address, _judge_address),
)


#: Shorter lists do not show whether they are a practice's clients or businesses only.
SMALLEST_SUPPLIER_LIST = 100


class ClientMethod:
    """Clients of every kind: persons, companies, trusts, super funds, partnerships, estates, clubs."""

    features = CLIENT_FEATURES
    bins = CLIENT_BINS
    lines = CLIENT_LINES

    def read(self, row: dict[str, str]) -> Record:
        """Parse the name and clean the keys."""
        return make_record(row)

    def learn(self, left: list[Record], right: list[Record]) -> Context:
        """Word rarity and sharing of e-mails and phones."""
        return learn_context(left, right)

    def find(self, left: list[Record], right: list[Record], on_progress: Progress) -> Candidates:
        """Pairs that share rare words, letter triples or keys."""
        return find_candidates(left, right, on_progress=on_progress)

    def compare(self, left: Record, right: Record, context: Context) -> tuple[float, ...]:
        """One value per name of CLIENT_FEATURES."""
        return compare_clients(left, right, context)

    def hard(self, values: tuple[float, ...]) -> tuple[str, ...]:
        """Kind, number or person that contradicts."""
        return hard_differences(values)

    def ceiling(self, values: tuple[float, ...]) -> float:
        """Hard differences stay below likely, persons known by an initial below certain."""
        if hard_differences(values):
            return HARD_CEILING
        return HALF_CEILING if is_half_named(values) else 1.0

    def model(self, left: list[Record], right: list[Record]) -> str:
        """Lists of persons with birth dates and addresses, and lists of hardly anything but businesses, err in other
        ways than the client lists of a practice, with their families of near-identical names."""
        if all(_share(side, lambda record: bool(record.dob and record.street)) > 0.5 for side in (left, right)):
            return "persons"
        few = len(left) < SMALLEST_SUPPLIER_LIST or len(right) < SMALLEST_SUPPLIER_LIST
        if few or any(_share(side, _is_private) > 0.3 for side in (left, right)):
            return "clients"
        return "suppliers"


def _share(records: list[Record], holds: Callable[[Record], bool]) -> float:
    return sum(map(holds, records)) / max(len(records), 1)


def _is_private(record: Record) -> bool:
    return record.name.type not in (EntityType.COMPANY, EntityType.ASSOCIATION, EntityType.UNKNOWN)
