"""What happens to a name between the head and the list: slips of the fingers, shortening, codes, remarks, damage."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from .words import Choice, pairs, words_of

Slip = Callable[[str, Random], str]

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: (row[place - 1 : place] if place else "") + row[place + 1 : place + 2]
    for row in _ROWS
    for place, key in enumerate(row)
}
_LETTER = re.compile(r"[A-Za-z]")


def _replace_one(text: str, chance: Random, section: str) -> str:
    """One of the letter groups of a section, inside the text, by one that looks or sounds like it."""
    found = [old for old in pairs(section) if old in text[1:]]
    if not found:
        return text
    old = chance.choice(found)
    place = chance.choice([hit.start() for hit in re.finditer(re.escape(old), text) if hit.start()])
    return text[:place] + chance.choice(pairs(section)[old]) + text[place + len(old) :]


def _place(text: str, chance: Random) -> int:
    """Where a finger slips: inside a longer word, seldom on its first letter."""
    places = [hit.start() for hit in _LETTER.finditer(text) if hit.start() and text[hit.start() - 1].isalpha()]
    return chance.choice(places) if places else 0


def _hit_neighbour(text: str, chance: Random) -> str:
    place = _place(text, chance)
    keys = _NEIGHBOURS.get(text[place].lower(), "")
    return text[:place] + chance.choice(keys) + text[place + 1 :] if keys else text


def _swap(text: str, chance: Random) -> str:
    place = _place(text, chance)
    pair = text[place : place + 2]
    return text[:place] + pair[::-1].lower() + text[place + 2 :] if pair.isalpha() else text


def _double(text: str, chance: Random) -> str:
    place = _place(text, chance)
    return text[:place] + text[place] + text[place:]


def _leave_out(text: str, chance: Random) -> str:
    place = _place(text, chance)
    return text[:place] + text[place + 1 :] if place else text


def _hit_too_many(text: str, chance: Random) -> str:
    place = _place(text, chance)
    return text[:place] + chance.choice("etaoinshrd") + text[place:]


def _shorten(text: str, chance: Random) -> str:
    words = [word for word in pairs("shortened") if word in text]
    if not words:
        return text
    word = chance.choice(words)
    return text.replace(word, chance.choice(pairs("shortened")[word]), 1)


def _swap_and(text: str, chance: Random) -> str:
    if " & " in text:
        return text.replace(" & ", chance.choice((" and ", " + ", "&", " And ")))
    return text.replace(" and ", " & ")


def _drop_marks(text: str, chance: Random) -> str:
    return re.sub(r"['.\-/]", chance.choice(("", " ")), text)


def _drop_comma(text: str, chance: Random) -> str:
    return text.replace(",", "")


def _glue_words(text: str, chance: Random) -> str:
    blanks = [hit.start() for hit in re.finditer(" ", text)]
    if not blanks:
        return text
    place = chance.choice(blanks)
    return text[:place] + text[place + 1 :]


def _part_word(text: str, chance: Random) -> str:
    place = _place(text, chance)
    return f"{text[:place]} {text[place:]}" if place > 3 else text


def _space_out(text: str, chance: Random) -> str:
    return chance.choice(("  {}", "{} ", " {}")).format(text.replace(" ", "  ", 1))


def _damage_accents(text: str, chance: Random) -> str:
    if text.isascii():
        return text.replace("&", "&amp;").replace("'", chance.choice(("’", "`", "&#39;")))
    if chance.random() < 0.4:
        return text.encode("utf-8").decode("latin-1")
    return "".join(letter if letter.isascii() else chance.choice("?\ufffd") for letter in text)


def _plain_accents(text: str, chance: Random) -> str:
    table = str.maketrans("āēīōūĀĒĪŌŪüöäñéçãêáóí", "aeiouAEIOUuoanecaeaoi")
    return text.translate(table)


def _cut(text: str, chance: Random) -> str:
    return text[: chance.choice((25, 30, 30, 35, 40, 40))]


def _remark(text: str, chance: Random) -> str:
    remark = chance.choice(words_of("remarks"))
    return f"{remark} {text}" if chance.random() < 0.2 else f"{text} {remark}"


def _lose_word(text: str, chance: Random) -> str:
    words = text.split()
    long = [place for place, word in enumerate(words) if place >= 2 and len(word) > 3]
    if len(words) < 4 or not long:
        return text
    del words[chance.choice(long)]
    return " ".join(words)


def _upper(text: str, chance: Random) -> str:
    return text.upper()


def _lower(text: str, chance: Random) -> str:
    return text.lower()


_SLIPS: Choice[tuple[str, Slip]] = Choice(
    (7, ("keyboard", _hit_neighbour)),
    (7, ("swapped", _swap)),
    (5, ("doubled", _double)),
    (7, ("left out", _leave_out)),
    (3, ("too many", _hit_too_many)),
    (4, ("look-alike", lambda text, chance: _replace_one(text, chance, "look alikes"))),
    (6, ("by ear", lambda text, chance: _replace_one(text, chance, "sound alikes"))),
    (14, ("shortened", _shorten)),
    (6, ("and", _swap_and)),
    (6, ("marks dropped", _drop_marks)),
    (3, ("comma dropped", _drop_comma)),
    (2, ("words glued", _glue_words)),
    (2, ("word parted", _part_word)),
    (3, ("spaces", _space_out)),
    (3, ("encoding", _damage_accents)),
    (6, ("accents", _plain_accents)),
    (4, ("cut off", _cut)),
    (6, ("remark", _remark)),
    (1, ("word lost", _lose_word)),
    (6, ("capitals", _upper)),
    (2, ("small letters", _lower)),
)


def slip(text: str, chance: Random, rate: float) -> tuple[str, list[str]]:
    """The name with its slips and what they were; `rate` is the chance of one, its square that of two and so on."""
    done: list[str] = []
    while len(done) < 3 and chance.random() < rate:
        how, change = _SLIPS.draw(chance)
        changed = change(text, chance)
        if changed != text and changed.strip():
            text = changed
            done.append(how)
        rate *= 0.6
    return text, done


def glue_code(text: str, code: str, chance: Random) -> str:
    """The client code in front of the name or behind it."""
    return chance.choice(("{0} - {1}", "{0} {1}", "{1} ({0})", "{1} - {0}", "{0}_{1}", "[{0}] {1}")).format(code, text)
