"""The evidence of a pair of clients as numbers: one number per feature, NaN where a feature has nothing to say.

Features are named here once; `weigh` gives each of their bins a weight, `explain` turns them into words.
"""

from __future__ import annotations

import math

from rapidfuzz.fuzz import ratio

from .alignment import Alignment, align, word_similarity
from .keys import compare_addresses, compare_keys
from .knowledge import EntityType, are_nicknames, either_names, telling_words
from .parse import Name
from .people import Level, compare_persons
from .persons import Person
from .records import Context, Record

NAN = math.nan

#: Values of features that no likeness can outweigh: other kind, any other number, other trust, other initials.
HARD_TYPE, HARD_NUMBERS, HARD_FORM, HARD_INITIALS, HARD_SUFFIX = 5.0, 1.0, 7.0, 3.0, 2.0

CLIENT_FEATURES = (
    "share",
    "conflict",
    "left_rest",
    "right_rest",
    "surprise",
    "inexact",
    "rarest",
    "two_words",
    "opposed",
    "cut",
    "first",
    "letters",
    "sorted_letters",
    "type",
    "form",
    "numbers",
    "surname",
    "given",
    "either",
    "middle",
    "persons",
    "initials",
    "parts",
    "suffix",
    "tax_no",
    "company_no",
    "email",
    "email_name",
    "phone",
    "code",
    "dob",
    "street",
    "suburb",
    "postcode",
    "state",
)
PLACE = {name: place for place, name in enumerate(CLIENT_FEATURES)}

_JOINT = (EntityType.COUPLE, EntityType.PARTNERSHIP)
_SINGLE = (EntityType.PERSON, EntityType.ESTATE)
#: Kinds whose names hardly ever stand without the words that tell the kind: those belong to somebody else.
_FORMED = frozenset({EntityType.TRUST, EntityType.SUPER_FUND, EntityType.ESTATE})
_ONE_OR_TWO = (EntityType.PERSON, EntityType.COUPLE)


def compare_clients(left: Record, right: Record, context: Context) -> tuple[float, ...]:
    """One value per name of CLIENT_FEATURES."""
    alignment, used = align_parts(left, right, context)
    surname, given, middle, persons = _person_features(left, right)
    return (
        *_word_features(alignment, context),
        _compare_known_words(alignment),
        _compare_ends(left.name.folded, right.name.folded),
        _compare_first_words(left, right, used),
        *_letter_features(left, right, used),
        _compare_types(left, right, used),
        _compare_forms(left, right),
        _compare_number_sets(left, right),
        surname,
        given,
        _compare_short_forms(left, right) if given == Level.NICKNAME else NAN,
        middle,
        persons,
        _compare_initials(left, right),
        float(used),
        _compare_suffix(left, right),
        *compare_keys(left, right, context),
        *compare_addresses(left, right),
    )


def align_parts(left: Record, right: Record, context: Context) -> tuple[Alignment, int]:
    """The best alignment of the main, trustee or trading parts, and which parts it took.

    0 main with main, 1 main with main though others exist, 2 a trading name on one side, 3 on both, 4 the trustee of
    one side, 5 the former name of one side, 6 main with main and the others agree too, 7 and the others differ.
    """
    mine, theirs = left.name, right.name
    best, used = align(mine.words, theirs.words, context.rarity), 0
    if not (mine.trustee or mine.trading or mine.former or theirs.trustee or theirs.trading or theirs.former):
        return best, used
    used = _compare_side_names(mine, theirs, context)
    others = (
        (mine.trading, theirs.words, 2),
        (mine.words, theirs.trading, 2),
        (mine.trading, theirs.trading, 3),
        (mine.trustee, theirs.words, 4),
        (mine.words, theirs.trustee, 4),
        (mine.former, theirs.words, 5),
        (mine.words, theirs.former, 5),
    )
    for one, other, kind in others:
        if one and other:
            found = align(one, other, context.rarity)
            if found.share > best.share + 0.05:
                best, used = found, kind
    return best, used


def _compare_side_names(mine: Name, theirs: Name, context: Context) -> int:
    """1 only one side has a trading name or trustee, 6 both have and they agree, 7 they differ."""
    for one, other in ((mine.trading, theirs.trading), (mine.trustee, theirs.trustee)):
        if one and other:
            return 6 if align(one, other, context.rarity).share >= 0.8 else 7
    return 1


def _word_features(alignment: Alignment, context: Context) -> tuple[float, ...]:
    inexact = 1 - alignment.exact / alignment.agreed if alignment.agreed else NAN
    weight_of, unseen = context.rarity.weights.get, context.rarity.unseen
    rarest = two_words = NAN
    for one, other, similarity in alignment.pairs:
        weight = weight_of(one, unseen)
        if not similarity * weight <= rarest:
            rarest = similarity * weight
        if similarity < 1.0 and two_words != 1.0:
            two_words = _are_two_words(one, weight, other, weight_of(other, unseen), unseen)
    return (
        alignment.share,
        min(alignment.left_rest, alignment.right_rest),
        alignment.left_rest,
        alignment.right_rest,
        alignment.agreed - context.log_size,
        max(inexact, 0.0) if inexact == inexact else NAN,
        rarest,
        two_words,
    )


#: A word seen three times in the lists weighs this much less than one never seen.
_SEEN_THRICE = math.log(7)


def _are_two_words(one: str, weight: float, other: str, other_weight: float, unseen: float) -> float:
    """1 when both spellings are words of their own (Hall and Hill), 0 when one may be a slip of the other.

    A slip is rare, and much rarer than the word that was meant.
    """
    if len(one) < 3 or len(other) < 3 or " " in one or " " in other or are_nicknames(one, other):
        return 0.0
    if one.startswith(other) or other.startswith(one):
        return 0.0
    both_seen = max(weight, other_weight) < unseen - _SEEN_THRICE
    return float(both_seen and abs(weight - other_weight) < 3.0)


def _compare_known_words(alignment: Alignment) -> float:
    """Words of trade, place or direction left over: NaN no word is left over on both sides, 0 none is known,
    1 known on one side, 2 on both ("Netball Club" and "Football Club"): well spelled, so no slip of each other."""
    if not alignment.left_only or not alignment.right_only:
        return NAN
    known = telling_words()
    return float(not known.isdisjoint(alignment.left_only)) + float(not known.isdisjoint(alignment.right_only))


def _compare_ends(one: str, other: str) -> float:
    """Whether one text goes on where the other ends: NaN no, 1 behind a whole word, 2 within a word."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if not 10 <= len(short) < len(long) or not long.startswith(short):
        return NAN
    return 2.0 if short[-1].isalnum() and long[len(short)].isalnum() else 1.0


def _compare_first_words(left: Record, right: Record, used: int) -> float:
    """The words that businesses are known by: 0 differ, 1 one stands further back in the other, 2 alike, 3 same."""
    one, other = left.name.words, right.name.words
    if 1 < used < 6 or not one or not other or (left.name.persons and right.name.persons):
        return NAN
    if one[0] == other[0]:
        return 3.0
    if word_similarity(one[0], other[0]) >= 0.6:
        return 2.0
    return 1.0 if one[0] in other or other[0] in one else 0.0


def _letter_features(left: Record, right: Record, used: int) -> tuple[float, float]:
    mine, theirs = left.name, right.name
    if 1 < used < 6 or not mine.words or not theirs.words:
        return NAN, NAN
    if mine.words == theirs.words:
        return 1.0, 1.0
    return ratio(mine.joined, theirs.joined) / 100, ratio(mine.joined_sorted, theirs.joined_sorted) / 100


def _compare_types(left: Record, right: Record, used: int) -> float:
    """0 same, 1 one unknown, 2 both unknown, 3 joint persons and partnership, 4 trustee, 5 differ, 6 one or two
    persons, 7 person and estate, 8 unknown against a trust, super fund or estate."""
    one, other = left.name.type, right.name.type
    unknown = EntityType.UNKNOWN
    if one is unknown and other is unknown:
        return 2.0
    if one is unknown or other is unknown:
        return 8.0 if one in _FORMED or other in _FORMED else 1.0
    if one is other:
        return 0.0
    if one in _JOINT and other in _JOINT:
        return 3.0
    if used == 4:
        return 4.0
    if one in _ONE_OR_TWO and other in _ONE_OR_TWO:
        return 6.0
    return 7.0 if one in _SINGLE and other in _SINGLE else 5.0


def _compare_forms(left: Record, right: Record) -> float:
    """0 same, 1 both missing, 2 one missing, 3 other forms of one kind, 4 differ across kinds, 5 one a plain trust,
    6 family and discretionary trust, 7 trusts of other kinds."""
    one, other = left.name.form, right.name.form
    if one == other:
        return 0.0 if one else 1.0
    if not one or not other:
        return 2.0
    if left.name.type is not right.name.type:
        return 4.0
    if left.name.type is not EntityType.TRUST:
        return 3.0
    if "trust" in (one, other):
        return 5.0
    return 6.0 if {one, other} == {"family trust", "discretionary trust"} else HARD_FORM


def _compare_number_sets(left: Record, right: Record) -> float:
    """NaN no numbers, 0 same, 1 only one side has some, 2 one side has more, 3 differ."""
    one, other = left.name.numbers, right.name.numbers
    if not one and not other:
        return NAN
    if one == other:
        return 0.0
    if not one or not other:
        return 1.0
    return 2.0 if one < other or other < one else 3.0


def _person_features(left: Record, right: Record) -> tuple[float, float, float, float]:
    mine, theirs = left.name.persons, right.name.persons
    if not mine or not theirs:
        return NAN, NAN, NAN, NAN
    surname, given, middle = compare_persons(mine, theirs)
    if surname == Level.DIFFERENT and (_is_former(left.name, theirs) or _is_former(right.name, mine)):
        surname = Level.NICKNAME
    return (
        float(surname),
        float(given),
        float(middle),
        float(min(abs(len(mine) - len(theirs)), 1) * 2 + (len(mine) > 1)),
    )


def _is_former(name: Name, persons: tuple[Person, ...]) -> bool:
    """Whether the name tells that it was the surname of the others before."""
    return any(person.surname in name.former for person in persons)


def _compare_short_forms(left: Record, right: Record) -> float:
    """1 when one side says Chris or Sam where the other tells whether that is a woman or a man, else NaN."""
    return NAN if either_names().isdisjoint(set(left.name.words) ^ set(right.name.words)) else 1.0


def _compare_initials(left: Record, right: Record) -> float:
    """Initials inside the name of a body ("J & L Tasker Trust"): NaN none, 0 same, 1 one side only, 2 some differ,
    3 all differ."""
    if left.name.persons and right.name.persons:
        return NAN
    one, other = left.name.initials, right.name.initials
    if not one and not other:
        return NAN
    if one == other:
        return 0.0
    if not one or not other:
        return 1.0
    return 2.0 if set(one) & set(other) else HARD_INITIALS


def _compare_suffix(left: Record, right: Record) -> float:
    """Junior and senior, Mr and Mrs: NaN nothing to compare, 0 agree, 1 one side only, 2 contradict."""
    if len(left.name.persons) != 1 or len(right.name.persons) != 1:
        return NAN
    one, other = left.name.persons[0], right.name.persons[0]
    if (one.gender and other.gender and one.gender != other.gender) or {one.suffix, other.suffix} == {
        "junior",
        "senior",
    }:
        return 2.0
    if one.suffix == other.suffix:
        return 0.0 if one.suffix else NAN
    return 1.0
