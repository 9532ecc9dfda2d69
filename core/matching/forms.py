"""The legal form inside a name: at its end, mistyped, cut off, or with a remark, a place or a number behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from . import knowledge
from .knowledge import EntityType, LegalForm
from .normalise import series_number

#: Short forms that are also common initials or words; they count only behind a business word.
_WEAK_FORMS = frozenset({"sa", "ag", "bv", "nl", "lp", "dt"})
#: Single words that are a legal form even in the middle of a name.
_PLAIN_FORMS = frozenset({"ltd", "limited", "inc", "incorporated"})
NO_FORM = LegalForm("", EntityType.UNKNOWN)
_PARTNERSHIP = LegalForm("partnership", EntityType.PARTNERSHIP)


@dataclass(frozen=True, slots=True)
class Formed:
    """A part of a name: its words without the legal form, and the form."""

    words: list[str]
    form: LegalForm


_NOTHING = Formed([], NO_FORM)


def strip_remarks(words: list[str]) -> list[str]:
    """The words without remarks about the record at either end, such as "inactive" or "do not use"."""
    known = knowledge.remarks()
    if _remark_words().isdisjoint(words):
        return words[:-1] if words and words[-1] == "," else words
    for length in (3, 2, 1):
        while len(words) > length + 1 and tuple(words[-length:]) in known:
            words = words[:-length]
        while len(words) > length + 1 and words[0] != "the" and tuple(words[:length]) in known:
            words = words[length:]
    while len(words) > 3 and words[-1] in knowledge.remark_words() and tuple(words[-3:-1]) in knowledge.legal_forms():
        words = words[:-1]
    return words[:-1] if words and words[-1] == "," else words


@cache
def _remark_words() -> frozenset[str]:
    return frozenset(word for phrase in knowledge.remarks() for word in phrase)


def split_form(words: list[str]) -> Formed:
    """Take the legal form out of the words; numbers behind it stay with the words."""
    if not words:
        return _NOTHING
    if len(words) > 3 and words[:2] in (["partnership", "of"], ["the", "partnership"]):
        return Formed([word for word in words if word not in ("the", "partnership", "of")], _PARTNERSHIP)
    kept = [word for word in words if word != ","]
    has_comma = len(kept) < len(words)
    cut = len(kept)
    while cut > 2 and (series_number(kept[cut - 1]) or kept[cut - 1] in knowledge.number_words()):
        cut -= 1
    numbers = kept[cut:]
    for mend in (False, True):
        tail = _mend_tail(kept[:cut]) if mend else kept[:cut]
        found = _form_at_end(tail, has_comma)
        if found is not None:
            length, form = found
            if not mend and length == 1 and cut > 2 and (longer := _mend_before(tail)) is not None:
                tail, (length, form) = longer
            if has_comma and form.type is EntityType.PARTNERSHIP:
                # The comma tells the partners' surname from their given names.
                return Formed(words[:-length], form)
            return Formed(tail[:-length] + numbers, form)
    return _form_inside(kept) or Formed(words, NO_FORM)


def _mend_before(words: list[str]) -> tuple[list[str], tuple[int, LegalForm]] | None:
    """A form of two words whose first was mistyped: "Supper Fund", "Farnily Trust"."""
    before = _mend_word(words[-2])
    form = knowledge.legal_forms().get((before, words[-1])) if before != words[-2] else None
    return None if form is None else ([*words[:-2], before, words[-1]], (2, form))


@cache
def _form_borders() -> tuple[frozenset[str], frozenset[str]]:
    """The first words and the last words of all legal forms."""
    forms = knowledge.legal_forms()
    return frozenset(phrase[0] for phrase in forms), frozenset(phrase[-1] for phrase in forms)


def _form_at_end(words: list[str], has_comma: bool) -> tuple[int, LegalForm] | None:
    forms = knowledge.legal_forms()
    if not words or words[-1] not in _form_borders()[1]:
        return None
    for length in range(min(4, len(words) - 1), 0, -1):
        phrase = tuple(words[-length:])
        form = forms.get(phrase)
        if form is None or (has_comma and len(phrase[-1]) <= 2):
            continue
        if phrase[0] in _WEAK_FORMS and knowledge.business_words().isdisjoint(words):
            continue
        return length, form
    return None


def _form_inside(words: list[str]) -> Formed | None:
    """A form with a place or the name once more behind it: "Tarling Plumbing Pty Ltd (Sydney)"."""
    forms, starts = knowledge.legal_forms(), _form_borders()[0]
    for start in range(1, len(words) - 1):
        for length in (3, 2, 1) if words[start] in starts else ():
            phrase = tuple(words[start : start + length])
            sure = len(phrase) > 1 or phrase[0] in _PLAIN_FORMS
            if sure and len(phrase) == length and phrase in forms and len(phrase[0]) > 1:
                before, behind = words[:start], words[start + length :]
                return Formed(before + [word for word in behind if word not in before], forms[phrase])
    return None


def _mend_tail(words: list[str]) -> list[str]:
    if len(words) < 2:
        return words
    last, before = words[-1], words[-2]
    if len(words) > 2 and len(before) < 4 and before + last in knowledge.form_words():
        return [*words[:-2], before + last]
    if before == "pty" or _is_typo(before, "pty"):
        return [*words[:-2], "pty", "ltd"] if len(last) <= 8 and last[0] in "lrkt" else words
    if len(words) < 3 and last not in knowledge.form_words() and len(last) < 5:
        business = not knowledge.business_words().isdisjoint(words)
        return [*words[:-1], "ltd"] if business and _is_typo(last, "ltd") else words
    mended = [_mend_word(word) for word in words[-2:]]
    return [*words[:-2], *mended]


@lru_cache(maxsize=1 << 16)
def _mend_word(word: str) -> str:
    if word in knowledge.form_words() or word in knowledge.nicknames() or len(word) < 3:
        return word
    read = word.replace("rn", "m")
    if read in knowledge.form_words():
        return read
    near = [known for known in _words_near(word[0], len(word)) if _is_typo(word, known)]
    return min(near, key=lambda known: (abs(len(known) - len(word)), known != "trust", known), default=word)


@cache
def _words_near(letter: str, length: int) -> tuple[str, ...]:
    """Words of legal forms with the letter as first or second, at most one longer or shorter, sorted."""
    words = (word for word in knowledge.form_words() if letter in word[:2] and abs(len(word) - length) <= 1)
    return tuple(sorted(words))


def _is_typo(word: str, known: str) -> bool:
    if len(known) < 3 or abs(len(word) - len(known)) > 1 or (len(known) > 3 and len(word) < 4):
        return False
    return word[0] in (known[0], known[1]) and bool(OSA.distance(word, known, score_cutoff=1) == 1)
