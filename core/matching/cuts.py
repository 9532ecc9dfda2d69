"""Names that a system cut off at 25, 30, 40 or 50 characters: what stood at the end is told by how it begins."""

from __future__ import annotations

from functools import cache

from . import knowledge
from .forms import split_form
from .knowledge import EntityType, Phrase

#: A shorter name is written out; a longer one may have been cut by the system it comes from.
_SHORTEST_CUT = 25
#: A last word that is whole ("Unit", "Family") is only taken for half a legal form in names of just these lengths.
_USUAL_CUTS = frozenset({25, 30, 31, 32, 35, 40, 50, 60})
_TRUSTEE_PHRASE = "as trustee for the"
_CUT_STARTS = frozenset({"a", "as", "at", "atf"})
#: So many letters of a legal form must be left to tell it.
_FEWEST_LETTERS = 5


def finish_cut(words: list[str], length: int) -> list[str]:
    """The words of a name of `length` characters with the end written out that was cut off within a legal form or
    within "as trustee for"; other names as they are.
    """
    if length >= _SHORTEST_CUT and len(words) > 2:
        words = _finish_form(words, length in _USUAL_CUTS)
    return words if _CUT_STARTS.isdisjoint(words[-4:]) else _finish_trustee(words, length)


def _finish_form(words: list[str], is_usual: bool) -> list[str]:
    for tail in range(min(4, len(words) - 1), 0, -1):
        said = " ".join(words[-tail:])
        if tuple(words[-tail:]) in knowledge.legal_forms():
            return words
        form = _form_beginnings().get(said)
        if form is not None and (is_usual or words[-1] not in form):
            return [*words[:-tail], *form]
    return words


@cache
def _form_beginnings() -> dict[str, Phrase]:
    """What may be left of the legal forms of two and more words, and of long ones; the shortest form counts."""
    found: dict[str, Phrase] = {}
    for phrase in sorted(knowledge.legal_forms(), key=lambda phrase: (len(" ".join(phrase)), phrase)):
        text = " ".join(phrase)
        for stop in range(_FEWEST_LETTERS, len(text)):
            if text[stop - 1] != " ":
                found.setdefault(text[:stop], phrase)
    return {said: phrase for said, phrase in found.items() if tuple(said.split()) not in knowledge.legal_forms()}


def _finish_trustee(words: list[str], length: int) -> list[str]:
    """The company stands for its unnamed trust: written twice, as the trustee and as what it is trustee of."""
    for tail in range(1, min(4, len(words) - 1) + 1):
        said = " ".join(words[-tail:])
        cut = said == "atf" or (length >= _SHORTEST_CUT and (said == "at" or _TRUSTEE_PHRASE.startswith(said)))
        before = split_form(words[:-tail]) if cut else None
        if before and before.form.type is EntityType.COMPANY:
            return [*words[:-tail], "atf", *before.words, "trust"]
    return words
