"""What a client record can be looked up by: words, pairs of words, initials, letter triples, slips, keys.

A trait is a short text; its first letter says of which sort it is. Two records that share rare traits become
candidates.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from .knowledge import given_roots
from .records import Record

Traits = Counter[str]


def name_traits(record: Record) -> Traits:
    """What can be looked up of the name: words, pairs of words, word with another's initial, letter triples."""
    name = record.name
    traits: Traits = Counter()
    words = list(dict.fromkeys(name.all_words))[:12]
    for word in words:
        traits["w" + word] += 2
    for one, other in combinations(sorted(words[:5]), 2):
        traits[f"p{one}|{other}"] += 2
    if len(words) <= 4:
        traits.update(_person_traits(words))
        if name.persons:
            traits.update(_slip_traits(words))
    for acronym in _acronyms(words):
        traits["a" + acronym] += 2
    for number in name.numbers:
        traits["n" + number] += 1
    for text in {"".join(name.words) or name.folded, "".join(name.trading), "".join(name.former)} - {""}:
        padded = f"^{text[:60]}$"
        for start in range(len(padded) - 2):
            traits["g" + padded[start : start + 3]] += 1
    return traits


def _acronyms(words: list[str]) -> set[str]:
    """What the words may be shortened to, and words that may be such a short form."""
    spelled = {"".join(word[0] for word in words)} if len(words) >= 3 else set()
    return spelled | {word for word in words if 3 <= len(word) <= 8}


def _person_traits(words: list[str]) -> Traits:
    """Each word with the initials, and with the full given names, that the other words may stand for."""
    traits: Traits = Counter()
    for one in words:
        others = [word for word in words if word is not one]
        if len(one) == 1 or not others:
            continue
        letters = others[0] if len(others) == 1 and len(others[0]) <= 3 else "".join(word[0] for word in others)
        traits[f"j{one}|{letters[:2]}"] += 2
        for other in others:
            traits[f"i{one}|{other[0]}"] += 1
            for root in given_roots(other):
                traits[f"r{one}|{root}"] += 1
    return traits


def _slip_traits(words: list[str]) -> Traits:
    """Each word short of one letter, with another's initial: two spellings one slip apart share such a form."""
    traits: Traits = Counter()
    for word in words:
        if len(word) < 3:
            continue
        cut = {word[:place] + word[place + 1 :] for place in range(len(word))} | {word}
        for other in words:
            if other is not word:
                traits.update(f"x{form}|{other[0]}" for form in cut)
    return traits


def key_traits(record: Record) -> list[str]:
    """Exact keys: numbers, e-mail, phone, code, birth date, address."""
    keys = [
        ("t", record.tax_no if not record.tax_no.startswith("*") else ""),
        ("c", record.company_no if not record.company_no.startswith("*") else ""),
        ("e", record.email),
        ("f", record.phone),
        ("k", record.code_seen),
        ("d", record.dob),
        ("s", f"{record.street}|{record.suburb[:3]}" if record.street else ""),
        ("z", f"{record.street[:4]}|{record.postcode}" if record.street and record.postcode else ""),
    ]
    return [prefix + value for prefix, value in keys if value]
