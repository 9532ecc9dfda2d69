"""One spelling for text that means the same: case, accents, punctuation, "&", slashed abbreviations, glued codes.

`fold` works on characters, `split_words` on words. Whatever comes in (nothing, 10,000 characters, right-to-left
text, emoji, control characters) comes out as short, plain text; nothing here raises.
"""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from functools import lru_cache

from .knowledge import form_words, nicknames, number_words, titles

#: Longer text says nothing more about a name and would only cost time.
LONGEST = 256

_SLASHED = (
    (re.compile(r"\bt\s?/\s?as?\b\.?"), " trading as "),
    (re.compile(r"\bp\s?/\s?l\b\.?|(?<=\w)p/l\.?$"), " pty ltd "),
    (re.compile(r"\ba\s?/\s?t\s?/\s?f\b"), " atf "),
    (re.compile(r"\bs\s?/\s?f\b"), " super fund "),
    (re.compile(r"\bf\s?/\s?t\b"), " family trust "),
    (re.compile(r"\bu\s?/\s?t\b"), " unit trust "),
    (re.compile(r"\bd\s?/\s?t\b"), " discretionary trust "),
    (re.compile(r"\bf\s?/\s?k\s?/\s?a\b"), " formerly "),
    (re.compile(r"\ba\s?/\s?k\s?/\s?a\b"), " aka "),
    (re.compile(r"\bd\s?/\s?b\s?/\s?a\b"), " dba "),
    (re.compile(r"\bc\s?/\s?-"), " "),
    (re.compile(r"(?<=\w)\s+/\s+(?=\w)"), " and "),
)
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
#: Digits read for the letters they look like, within a word: "Robins0n", "C1ark".
_LOOKALIKE = re.compile(r"(?<=[a-z])[015](?=[a-z]{2})|(?<=[a-z]{3})[015](?=[a-z]\b)")
_LETTER_OF = {"0": "o", "1": "l", "5": "s"}
_APOSTROPHES = re.compile(r"['’‘ʻʼ`´]")
_NUMBER_SIGN = re.compile(r"\b(?:no|num|number|nr)\.?\s*(?=\d)|#\s*(?=\d)")
_NUMBER_WORD = re.compile(rf"\b(?:no|num|number|nr)\b\.?\s*({'|'.join(number_words())})\b")
_WORDS = re.compile(r"[^\W_]+|[,&+]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_CODE = r"(?=[a-z0-9'/-]*\d{2})(?:[a-z]{1,6}[-/']?x*\d{2,8}|0\d{2,8}|\d{4,8})"
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WIDE_HUMP = re.compile(r"(?<=[A-Z][a-z][a-z][a-z])(?=[A-Z])|(?<=[a-z][a-z][a-z][a-z])(?=[A-Z])")
_LEADING_CODE = re.compile(rf"^\s*[\[(]?({_CODE})[\])]?(?:\s*[-–—:|_]\s*|\s+)(?=\S*[^\W\d])")
_TRAILING_CODE = re.compile(rf"(?:\s*[-–—:|_]\s*|\s+)[\[(]?({_CODE})[\])]?\s*$")


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """Lower case, without accents, control characters and surrounding blanks, at most 256 characters."""
    text = text[:LONGEST]
    if "&" in text or not text.isascii():
        text = _mend_encoding(html.unescape(text))
    text = _split_humps(text)
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())[:LONGEST]
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFD", plain)
    kept = (letter if unicodedata.category(letter)[0] != "C" else " " for letter in plain)
    bare = "".join(letter for letter in kept if unicodedata.category(letter) != "Mn")
    return " ".join(bare.translate(_LETTERS).split())[:LONGEST]


def _mend_encoding(text: str) -> str:
    """UTF-8 once read as a Western code page ("NgÄ\x81ropo") read again the right way, when that is possible."""
    if text.isascii() or not any(letter in text for letter in "ÃÄÅÂâ"):
        return text
    for encoding in ("cp1252", "latin-1"):
        with contextlib.suppress(UnicodeError):
            return text.encode(encoding).decode("utf-8")
    return text


def _split_humps(text: str) -> str:
    """ "QuokkaFamilyTrust" and "ManpreetPatel" apart; short beginnings are left alone: MacDonald has a hump too.

    In names with blanks only a title or a word of legal forms is cut off: "MrsSarah Rose", "MillerSuper Fund".
    """
    if not _HUMP.search(text):
        return text
    if " " not in text:
        return _WIDE_HUMP.sub(" ", text)
    return " ".join(_split_known(word) if _HUMP.search(word) else word for word in text.split(" "))


def _split_known(word: str) -> str:
    start, _, rest = _HUMP.sub(" ", word, count=1).partition(" ")
    said = start.casefold()
    known = said in titles() or (len(start) > 2 and (rest.casefold() in form_words() or said in nicknames()))
    return f"{start} {rest}" if known else word


def split_words(folded: str) -> list[str]:
    """The words of folded text in order; "," stays a word of its own, "&" and "+" become "and".

    Single letters in a row are one word: "a b c" and "a.b.c." both give "abc".
    """
    for pattern, words in _SLASHED:
        folded = pattern.sub(words, folded) if "/" in folded else folded
    folded = _APOSTROPHES.sub("", folded)
    if "no" in folded or "nu" in folded or "nr" in folded:
        folded = _NUMBER_WORD.sub(lambda found: number_words()[found[1]], folded)
    if has_digits(folded):
        folded = _NUMBER_SIGN.sub(" ", folded)
        folded = _LOOKALIKE.sub(lambda found: _LETTER_OF[found[0]], folded)
    return _join_letters(["and" if word in "&+" else word for word in _WORDS.findall(folded)])


_DIGIT = re.compile(r"\d")


def has_digits(text: str) -> bool:
    """Whether a digit stands in a text: most names have none, and need no look for numbers and codes."""
    return _DIGIT.search(text) is not None


def _join_letters(words: list[str]) -> list[str]:
    if [len(word) for word in words].count(1) < 2:
        return words
    joined: list[str] = []
    open_letters = False
    for word in words:
        letter = len(word) == 1 and word.isalpha()
        if letter and open_letters:
            joined[-1] += word
        else:
            joined.append(word)
        open_letters = letter
    return joined


def split_code(folded: str, code: str = "") -> tuple[str, str]:
    """The text without a client code glued to its front or end, and that code ("" when there is none).

    `code` is the record's own folded code; it is removed wherever it stands at an end. Other ends count as a code only
    when they look like one: letters and at least two digits, or a long or zero-led number.
    """
    if code and folded.startswith(code) and len(folded) > len(code) + 2 and not folded[len(code)].isalnum():
        return _cut_again(folded[len(code) :].strip(" -–—:|_[]()"), code), code
    if not has_digits(folded):
        return folded, ""
    leading = _LEADING_CODE.match(folded)
    if leading and not form_words().issuperset(_WORDS.findall(folded[leading.end() :])):
        return _cut_again(folded[leading.end() :], leading[1]), leading[1]
    trailing = _TRAILING_CODE.search(folded)
    apart = trailing and not trailing[0].strip()[0].isalnum()
    if trailing and (apart or _is_sure_code(trailing[1])) and trailing.start() > 2:
        return folded[: trailing.start()], trailing[1]
    return folded, ""


def _cut_again(rest: str, code: str) -> str:
    """The text without the same code a second time: systems glue it on, and people had typed it already."""
    again = _LEADING_CODE.match(rest) if has_digits(rest) else None
    return rest[again.end() :] if again and again[1] == code else rest


def _is_sure_code(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z]{1,6}[-/']?x*\d{3,8}|0\d{3,8}", text))


def series_number(word: str) -> str:
    """The number a word stands for ("ii" is "2", "007" is "7"), or "" when it is no number."""
    if word.isdecimal() and word.isascii():
        return word.lstrip("0") or "0"
    return _ROMAN.get(word, "")
