"""Reading the names of work: kind, whom it is for, how often, stage, period, job number and the words left over.

What accountants call their work is data (`work_kinds.csv`, `work_families.csv`, `stages.csv`): phrases and what they
mean. The longest known phrase wins, mistyped words of the trade are mended first, and the client's own name is taken
out, because "Payroll Solutions Pty Ltd" says nothing about the work done for it.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from .knowledge import Phrase, read_table, stop_words
from .normalise import fold, split_code, split_words
from .parse import MOST_WORDS
from .periods import Period, PeriodKind, place_season, split_periods


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says; "" where it says nothing."""

    kind: str = ""
    entity: str = ""
    often: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work, read from its name, its job's name and its columns.

    `rest` are the words that no table knows; `seasons` periods without a year; `years` two-digit years that are only
    hinted at; a stage may say who ("review.partner").
    """

    client: str
    words: Phrase
    rest: Phrase
    kinds: frozenset[str]
    entities: frozenset[str]
    often: frozenset[str]
    stages: frozenset[str]
    periods: tuple[Period, ...]
    seasons: tuple[Period, ...]
    years: frozenset[int]
    job_nos: frozenset[str]


_JOB_NUMBER = re.compile(
    r"(?:\bjob(?: no| number)?\.?[ #:]*|#)(\d{3,8})\b|\b(?:job(?: no| number)?\.?[ #:]*)?([a-z]{1,3}-?\d{3,8})\b"
)
_BARE_NUMBER = re.compile(r"(?<![\w/.-])(\d{4,8})(?![\w/-])")
_STEP = re.compile(r"^\s*(?:step\s*)?(?:[01]?\d|20)(?:[.):]|\s+-)\s*(?=\D)")
_MONTHS = tuple(name.lower() for name in calendar.month_name if name)
#: Words that add nothing to what else a name says.
_EMPTY = frozenset({"client", "job", "return", "returns", "rtn", "service", "services", "task", "work"})
_PERIOD_WORDS = {"qtr", "quarter", "sept", "period", "ended", "ending", "fortnight", "week", "month", "year"}
#: Abbreviations that carry digits and are no job numbers.
_FORM = re.compile(r"(?:ir|sa|ct|cs|cis|gst|vat|p|fy|div|s)-?\d+[a-z]?")


def _phrase(text: str) -> Phrase:
    return tuple(word for word in text.split() if word not in stop_words())


@cache
def meanings() -> dict[Phrase, Meaning]:
    """Phrases for kinds of work, whom it is for, how often, and for stages.

    The kind of a stage is what it is where no kind of work is named: a meeting, bookkeeping; "PTR" is the partner's
    review, or alone the partnership's tax return.
    """
    rows = read_table("stages.csv")
    stages = {_phrase(row["phrase"]): Meaning(row["kind"], row["entity"], stage=row["stage"]) for row in rows}
    rows = read_table("work_kinds.csv")
    return stages | {_phrase(row["phrase"]): Meaning(row["kind"], row["entity"], row["often"]) for row in rows}


@cache
def families() -> tuple[frozenset[str], ...]:
    """Kinds of work that are near each other: one may be done under the other's name."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_table("work_families.csv"):
        found[row["family"]].add(row["kind"])
    return tuple(frozenset(kinds) for kinds in found.values())


@cache
def _vocabulary() -> dict[int, tuple[str, ...]]:
    """Known words by length, to mend mistyped ones."""
    phrases: Iterable[Phrase] = meanings()
    words = {word for phrase in phrases for word in phrase} | set(_MONTHS) | _PERIOD_WORDS
    words |= {month[:3] for month in _MONTHS}
    lengths: defaultdict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        lengths[len(word)].append(word)
    return {length: tuple(found) for length, found in lengths.items()}


def is_known(word: str) -> bool:
    """Whether some phrase of the trade uses the word."""
    return word in _vocabulary().get(len(word), ())


@lru_cache(maxsize=1 << 14)
def mend_word(word: str) -> str:
    """A mistyped word of the trade in its right spelling; any other word as it is."""
    if is_known(word) or len(word) < 3 or not word.isalpha():
        return word
    slack = 1 if len(word) < 8 else 2
    near = [
        (OSA.distance(word, other), sorted(word) != sorted(other), other)
        for length in range(len(word) - 1, len(word) + 2)
        for other in _vocabulary().get(length, ())
        if length >= 3 and OSA.distance(word, other, score_cutoff=slack) <= slack and _may_be_slip(word, other)
    ]
    return min(near)[2] if near else word


def _may_be_slip(word: str, known: str) -> bool:
    """Short words are too near to each other to mend anything but swapped letters, or one behind the first."""
    if len(word) == 3:
        return sorted(word) == sorted(known)
    return len(word) > 5 or word[0] == known[0] or sorted(word) == sorted(known)


def _mend(text: str) -> str:
    text = _SHORT_BEFORE_YEAR.sub(lambda found: _mend_month(found[0], found[1]), text)
    return re.sub(r"[^\W\d_]{3,}", lambda found: mend_word(found[0]), text)


def _mend_month(word: str, following: str) -> str:
    """A month cut or mistyped before a year or "qtr", as in "ep 2025"; before "qtr" only the last of a quarter."""
    if is_known(word):
        return word
    months = _QUARTER_ENDS if following.startswith("q") else _SHORT_MONTHS
    near = [month for month in months if OSA.distance(word, month, score_cutoff=1) <= 1]
    may_be_cut = len(word) > 2 or (len(near) == 1 and near[0].endswith(word))
    return near[0] if len(near) == 1 and may_be_cut else word


_SHORT_MONTHS = (*(month[:3] for month in _MONTHS), "qtr")
_QUARTER_ENDS = ("mar", "jun", "sep", "dec", "qtr")
_SHORT_BEFORE_YEAR = re.compile(r"(?<![^\W_])[a-z]{2,4}(?=[ -]?(20\d\d\b|'\d\d\b|[1-4]\d\b|qtr\b|quarter\b))")


def read_client(text: str) -> str:
    """The key of an agreed client: its leading code, else its words without order."""
    rest, code = split_code(fold(text))
    return code or " ".join(sorted(split_words(rest)))


@dataclass
class _Found:
    """What the phrases of one row mean, while it is being read."""

    kinds: dict[str, None] = field(default_factory=dict)
    entities: dict[str, None] = field(default_factory=dict)
    often: dict[str, None] = field(default_factory=dict)
    stages: list[Meaning] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def note(self, meaning: Meaning) -> None:
        """Add what one phrase means."""
        if meaning.stage:
            self.stages.append(meaning)
            return
        said = ((self.kinds, meaning.kind), (self.entities, meaning.entity), (self.often, meaning.often))
        for place, text in said:
            if text:
                place[text] = None


def read_work(row: dict[str, str], year_end_month: int = 6) -> Work:
    """Kind, period, stage, job number and left-over words of one row."""
    client = row.get("client", "")
    texts = [fold(text) for text in (row.get("job_name", ""), row.get("name", ""), row.get("period", "")) if text]
    texts = [_mend(_STEP.sub("", _cut_client(text, client))) for text in texts]
    split = [split_periods(text, year_end_month) for text in texts]
    numbers, rests = _take_numbers([part.rest for part in split])
    if row.get("job_no"):
        numbers = frozenset({number_of(row["job_no"])})
    found = _read_phrases(rests)
    kinds, stages = _settle_kinds(found)
    periods, seasons = _join_periods([(part.periods, part.seasons) for part in split])
    return Work(
        client=read_client(client),
        words=tuple(found.words[:MOST_WORDS]),
        rest=tuple(found.rest[:MOST_WORDS]),
        kinds=kinds,
        entities=frozenset(found.entities),
        often=frozenset(found.often),
        stages=stages,
        periods=periods,
        seasons=seasons,
        years=frozenset(_hinted_years(" ".join(rests))),
        job_nos=numbers,
    )


@lru_cache(maxsize=1 << 16)
def read_names(name: str, job_name: str = "", period: str = "", year_end_month: int = 6) -> Work:
    """The same, from names alone; many tasks have the same ones."""
    return read_work({"name": name, "job_name": job_name, "period": period}, year_end_month)


def _cut_client(text: str, client: str) -> str:
    """The text without the client's name or code."""
    if not client:
        return text
    plain, code = split_code(fold(client))
    if plain and plain in text and plain != text:
        text = text.replace(plain, " ")
    elif not _own_words(plain).isdisjoint(split_words(text)):
        own = set(split_words(plain))
        text = re.sub(r"[^\W_]+", lambda found: " " if found[0] in own else found[0], text)
    return re.sub(rf"(?<!\w){re.escape(code)}(?!\w)", " ", text) if code else text


@lru_cache(maxsize=1 << 12)
def _own_words(plain: str) -> frozenset[str]:
    """The words of a client's name that are no words of the trade."""
    return frozenset(word for word in split_words(plain) if len(word) > 2 and not is_known(word))


def _take_numbers(texts: list[str]) -> tuple[frozenset[str], list[str]]:
    """Job numbers named in the texts, and the texts without them."""
    numbers: set[str] = set()

    def take(found: re.Match[str]) -> str:
        text = next(group for group in found.groups() if group)
        if _FORM.fullmatch(text):
            return found[0]
        numbers.add(number_of(text))
        return " "

    rests = [_BARE_NUMBER.sub(take, _JOB_NUMBER.sub(take, text)) for text in texts]
    return frozenset(numbers), rests


def number_of(job: str) -> str:
    """A job number as it stands in `Work.job_nos`: its letters, a hyphen, its digits without leading zeros."""
    text = fold(job)
    digits = re.sub(r"\D", "", text)
    return f"{re.sub(r'[^a-z]', '', text)}-{digits.lstrip('0') or digits}"


def _hinted_years(text: str) -> set[int]:
    """Years in words that are no period by themselves, such as a mistyped "FFY2025" or the 25 of "ITR 25"."""
    found = (int(year) % 100 for year in re.findall(r"(?<!\d)(?:20)?(\d\d)(?!\d)", text))
    return {year for year in found if year >= 15}


def _join_periods(parts: list[tuple[tuple[Period, ...], tuple[Period, ...]]]) -> tuple[tuple[Period, ...], ...]:
    """Periods and seasons of all texts; a season of one text lies in the year that another text names alone."""
    periods = list(dict.fromkeys(period for named, _ in parts for period in named))
    seasons = list(dict.fromkeys(season for _, left in parts for season in left))
    if len(periods) == 1 and periods[0].kind is PeriodKind.YEAR and seasons:
        return tuple(place_season(season, periods[0]) for season in seasons), ()
    return tuple(periods), tuple(seasons)


def _read_phrases(texts: list[str]) -> _Found:
    """What the phrases of the texts mean, all their words, and those that no table knows."""
    found = _Found()
    for text in texts:
        words = [word for word in split_words(text) if word not in stop_words() and word != ","]
        found.words += [word for word in words if not word.isdecimal()]
        rest = _take_phrases(words, found)
        found.rest += [word for word in rest if not word.isdecimal() and word not in _EMPTY]
    return found


def _take_phrases(words: list[str], found: _Found) -> list[str]:
    """Note what the longest known phrases mean and give back the words that belong to none."""
    table = meanings()
    rest: list[str] = []
    position = 0
    while position < len(words):
        for length in range(min(6, len(words) - position), 0, -1):
            meaning = table.get(tuple(words[position : position + length]))
            if meaning:
                found.note(meaning)
                position += length
                break
        else:
            rest.append(words[position])
            position += 1
    return rest


#: Kinds that only say which heading some other kind stands under.
_BROAD = frozenset({"compliance", "internal"})


def _settle_kinds(found: _Found) -> tuple[frozenset[str], frozenset[str]]:
    """The kinds of work and the stages: a stage such as a meeting is the kind where no other is named, a fund's tax
    return is its yearly work, and what is called internal or compliance is whatever else is named."""
    kinds, stages = set(found.kinds) - _BROAD, list(found.stages)
    stands_for = next((stage for stage in stages if stage.kind), None)
    if not kinds and stands_for is not None:
        kinds = {stands_for.kind}
        found.note(Meaning(entity=stands_for.entity))
        stages.remove(stands_for)
    if "smsf" in found.entities and "itr" in kinds:
        kinds = kinds - {"itr"} | {"smsf"}
    if "smsf" in kinds and not kinds.isdisjoint({"audit", "accounts"}):
        kinds.discard("smsf")
    return frozenset(kinds or found.kinds), frozenset(stage.stage for stage in stages)


#: Kinds and forms that only one country knows, with the last month of its financial year.
_TELLING = {6: ("bas", "ias", "tpar", "stp", "payg"), 3: ("gst", "vat", "cis", "p11d", "acc", "provisional tax", "rwt")}
_FORMS = re.compile(r"\b(?:ir[34679]|ir10|sa100|sa800|ct600|cs01|hmrc|paye|companies house)\b")
_YEAR_ENDED = re.compile(
    r"(?:y/?e|f\.?y\.?e|year end(?:ed|ing)?|balance date)[ :]*(?:31(?:st)?[ ./-]*(?:mar|0?3\b)|mar)"
)


def guess_year_end(texts: Iterable[str]) -> int:
    """The last month of the financial year of the practice whose work is named so: 3 when the names are those of New
    Zealand or Britain and hardly any is Australian, else 6."""
    votes = {6: 0, 3: 0}
    for text in texts:
        folded = fold(text)
        work = _read_phrases([folded])
        for month, telling in _TELLING.items():
            votes[month] += not work.kinds.keys().isdisjoint(telling)
        votes[3] += bool(_FORMS.search(folded) or _YEAR_ENDED.search(folded))
    return 3 if votes[3] >= 2 and votes[3] > 4 * votes[6] else 6
