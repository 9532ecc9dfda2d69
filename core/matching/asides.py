"""What people type beside a name: the trustee behind the trust, remarks about the record, register numbers.

"Mallakar Trust (Trustee: Y Pty Ltd)" says the same as "Y Pty Ltd ATF Mallakar Trust", and "Tarling Pty Ltd - new 2023"
the same as "Tarling Pty Ltd". All functions take folded text, while dashes and brackets still stand in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from . import knowledge
from .forms import NO_FORM, split_form
from .knowledge import EntityType
from .normalise import has_digits

_TRUSTEE = r"(?:the\s+)?(?:trustees?|ttees?|ttes?|tees?)"
_TRUSTEE_BEHIND = (
    re.compile(rf"^(.+?)\s*[(\[]\s*{_TRUSTEE}\b(?!\s+(?:for|of)\b)[\s:=-]*([^)\]]{{3,}}?)\s*[)\]]?\s*$"),
    re.compile(rf"^(.+?)\s+[-–—]\s+{_TRUSTEE}\b(?!\s+(?:for|of)\b)[\s:=-]*(.{{3,}})$"),
    re.compile(rf"^(.+?)\s+[-–—,]\s+(.{{3,}}?)\s*[(\[]\s*(?:as\s+)?{_TRUSTEE}\s*[)\]]\s*$"),
)
_BRACKETED_END = re.compile(r"^([^()\[\]]+?)\s*[(\[]([^()\[\]]{6,})[)\]]$")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
_DASH_END = re.compile(r"^(.*\S)\s+[-–—:|]+\s*([^()\[\]]*)$")
_DASH_START = re.compile(r"^([^()\[\]]*?)\s+[-–—:|]+\s+(.*)$")
_DATED = re.compile(r"^(.*\S)\s+([^\W\d_]+\s+(?:19|20)\d\d)$")
_DASHED = re.compile(r"^[-–—]\s*([^\W\d_]+(?:\s+(?:19|20)\d\d)?)\s+(.*)$")
_DASH_OR_DIGIT = re.compile(r"[-–—:|\d]")
_WORD = re.compile(r"[^\W_]+")
_REGISTER = re.compile(
    r"[\s,(\[-]*\b(a\.?c\.?n|a\.?b\.?n|a\.?r\.?b\.?n|nzbn|nzcn|crn)\b\.?[\s:#]*(?:no\b\.?\s*)?"
    r"(\d[\d ]{6,15}\d)[)\]]*"
)


def turn_trustee(folded: str) -> str:
    """The trust with its trustee named behind it as "trustee atf trust"; any other text as it is."""
    if "tee" not in folded and "tte" not in folded:
        return folded
    for pattern in _TRUSTEE_BEHIND:
        found = pattern.match(folded)
        if found:
            return f"{found[2]} atf {found[1]}"
    return folded


def turn_owner(folded: str) -> str:
    """A sign over the door with its owner in brackets ("Jolly Cafe (Bunya Bros Pty Ltd)") as owner trading under it."""
    found = _BRACKETED_END.match(folded) if folded.endswith((")", "]")) else None
    if found is None:
        return folded
    sign, owner = (split_form(_WORD.findall(text)) for text in found.groups())
    is_owner = sign.form is NO_FORM and owner.form.type is EntityType.COMPANY and len(owner.words) > 0
    return f"{found[2]} trading as {found[1]}" if is_owner else folded


def cut_register_number(folded: str) -> tuple[str, str]:
    """The text without "ACN 123 456 789" or the like, and that number's digits ("" when there is none)."""
    found = _REGISTER.search(folded) if "n" in folded and has_digits(folded) else None
    if found is None or found.start() < 2:
        return folded, ""
    rest = f"{folded[: found.start()]} {folded[found.end() :]}"
    return rest.strip(), re.sub(r"\D", "", found[2])


def drop_remarks(folded: str) -> str:
    """The text without brackets and ends behind a dash that hold nothing but a remark ("see file", "new 2023")."""
    if "(" in folded or "[" in folded:
        folded = _BRACKETS.sub(lambda found: " " if is_remark(found[1]) else found[0], folded).strip() or folded
    if not _DASH_OR_DIGIT.search(folded):
        return folded.rstrip(" *!?#~")
    for pattern, kept, remark in ((_DASH_END, 1, 2), (_DASH_START, 2, 1), (_DATED, 1, 2), (_DASHED, 2, 1)):
        found = pattern.match(folded) if " " in folded else None
        if found and is_remark(found[remark]):
            folded = found[kept]
    return folded.rstrip(" *!?#~")


def is_remark(text: str) -> bool:
    """Whether a text is nothing but words of remarks, with the dates and numbers among them.

    A number alone is none: it may tell two clients apart.
    """
    known = knowledge.remark_words()
    words = _WORD.findall(text)
    said = [word for word in words if not word.isdecimal()]
    if not said:
        return not words and bool(text)
    return all(word in known or _is_slip(word) for word in said)


@lru_cache(maxsize=1 << 12)
def _is_slip(word: str) -> bool:
    """A long word of remarks with a letter too few, too many or wrong."""
    return len(word) >= 6 and any(
        OSA.distance(word, known, score_cutoff=1) <= 1 for known in knowledge.remark_words() if len(known) >= 6
    )
