"""Which fault hits which call: rules with their own counting and randomness, so that a seed repeats every decision.

A FAULTS FILE is JSON:

    {"seed": 1,
     "rules": [{"fault": "drop_after", "method": "POST", "path": "time.api/add", "nth": [3]},
               {"fault": "limit_minute", "path": "time.api/*", "probability": 0.02, "times": 5, "retry_after": "22"}],
     "rates": "default"}

Every part may be left out. A rule:

- `fault`        one of FAULTS below.
- `method`       GET, POST, PUT or DELETE; left out: any.
- `path`         part of the path, `*` for anything; left out: any below /practicemanager/. The sign-in addresses
                 can be meant too: "connect/token", "connections".
- `tenant`       id of a practice; left out: any.
- `nth`          list of the matching calls to hit, counted from 1; `every` hits each so-manieth.
- `probability`  chance per matching call, drawn from the seed; without it and without nth and every, all are hit.
- `times`        how often at most.
- `seconds`      of slow, slow_answer, lag and late (left out: drawn anew, up to the fault's longest time).
- `longest`      the longest time drawn for those, where it is another than usual.
- `retry_after`  text of the header of the limit_* faults; "" leaves it out.
- `text`         ErrorDescription of refused, bad_request, not_found, conflict.
- `commit`       true: the answers given instead (error, unavailable, bad_gateway, html, redirect, empty, garbage,
                 refused) come after the call was handled; the default is before.
- `wire`         how drop_before, drop_after and late lose the bytes: close (default), reset, hang, half_header.

`rates` is "default" or an object of fault names and probabilities that replace single default ones.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from core.sandbox.calls import ApiRequest

#: Decided before sign-in is checked: they look as if token or connection were gone.
GATE_FAULTS = ("unauthorised", "forbidden")
#: Answers given instead of the real one, before or (commit) after handling.
ANSWER_FAULTS = ("error", "unavailable", "bad_gateway", "html", "redirect", "empty", "garbage", "refused")
#: Refusals: never handled.
REFUSAL_FAULTS = (
    "bad_request",
    "not_found",
    "conflict",
    "invalid_grant",
    "limit_minute",
    "limit_day",
    "limit_concurrent",
    "limit_app",
)
#: The request or the whole answer is lost.
LOSS_FAULTS = ("drop_before", "drop_after", "late")
#: Lists that are not the truth: rows of the last seconds invisible, rows missing, twice, in any order.
LIST_FAULTS = ("lag", "list_partial", "list_duplicate", "list_shuffle")
#: The right answer, damaged on its way: in its bytes or on the socket.
DAMAGE_FAULTS = (
    "truncate",
    "short_body",
    "no_length",
    "wrong_charset",
    "latin1_body",
    "bom",
    "extra",
    "no_headers",
    "slow_answer",
    "slow_body",
)
FAULTS = (*GATE_FAULTS, *ANSWER_FAULTS, *REFUSAL_FAULTS, *LOSS_FAULTS, *LIST_FAULTS, *DAMAGE_FAULTS, "slow")
WIRES = ("close", "reset", "hang", "half_header")

#: What a rule may say, and as which JSON types.
_PARTS: dict[str, Any] = {
    **dict.fromkeys(("fault", "method", "path", "tenant", "retry_after", "text", "wire"), str),
    **dict.fromkeys(("every", "times"), int),
    **dict.fromkeys(("probability", "seconds", "longest"), int | float),
    "nth": tuple,
    "commit": bool,
}

#: Longest time drawn when a rule names no seconds.
_LONGEST = {"late": 900.0, "lag": 90.0, "slow": 2.0, "slow_answer": 2.0}

_WRITES = ("POST", "PUT", "DELETE")
#: Chances per call of the default rates: what, on which methods and paths, how often, whether after handling.
_DEFAULT_RATES = (
    ("drop_before", _WRITES, "", 0.02, False),
    ("drop_after", _WRITES, "", 0.03, False),
    ("late", _WRITES, "", 0.01, False),
    ("error", _WRITES, "", 0.02, False),
    ("error_after", _WRITES, "", 0.015, True),
    ("limit_minute", ("",), "", 0.03, False),
    ("truncate", ("",), "", 0.01, False),
    ("unavailable", ("GET",), "list", 0.03, False),
    ("list_partial", ("GET",), "time.api/", 0.04, False),
    ("lag", ("GET",), "time.api/", 0.08, False),
)


class FaultRuleError(ValueError):
    """A faults file or rule that cannot be understood; the sentence says which and what is known."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place} {problem}.")


@dataclass(frozen=True)
class Rule:
    """One line of a faults file, see the module's text."""

    fault: str
    method: str = ""
    path: str = ""
    tenant: str = ""
    nth: tuple[int, ...] = ()
    every: int = 0
    probability: float | None = None
    times: int | None = None
    seconds: float | None = None
    longest: float | None = None
    retry_after: str | None = None
    text: str = ""
    commit: bool = False
    wire: str = "close"

    def fits(self, request: ApiRequest, tenant_id: str) -> bool:
        """Whether the rule is about such calls at all; the path ignores case."""
        pattern = self.path or "/practicemanager/"
        return (
            self.method in ("", request.method)
            and self.tenant in ("", tenant_id)
            and fnmatch.fnmatchcase(request.path.lower(), f"*{pattern.lower()}*")
        )


@dataclass(frozen=True)
class Fault:
    """A rule that struck; `seconds` is the time it takes, drawn where the rule left it open."""

    rule: Rule
    seconds: float

    @property
    def kind(self) -> str:
        """One of FAULTS."""
        return self.rule.fault


@dataclass
class Watch:
    """A rule at work: what it has seen and done, and its own randomness."""

    rule: Rule
    random: Random
    seen: int = 0
    struck: int = 0

    def strike(self, request: ApiRequest, tenant_id: str) -> Fault | None:
        """The fault if the rule hits this call. Each matching call draws twice, hit or not: later draws never shift."""
        if not self.rule.fits(request, tenant_id):
            return None
        self.seen += 1
        chance, share = self.random.random(), self.random.random()
        if not self._is_due(chance):
            return None
        self.struck += 1
        usual = _LONGEST.get(self.rule.fault, 0.0)
        longest = usual if self.rule.longest is None else self.rule.longest
        return Fault(self.rule, share * longest if self.rule.seconds is None else self.rule.seconds)

    def _is_due(self, chance: float) -> bool:
        rule = self.rule
        if rule.times is not None and self.struck >= rule.times:
            return False
        if rule.nth:
            return self.seen in rule.nth
        if rule.every:
            return self.seen % rule.every == 0
        return rule.probability is None or chance < rule.probability


@dataclass
class RuleBook:
    """All rules of a sandbox, in order."""

    seed: int = 1
    watches: list[Watch] = field(default_factory=list)

    def add(self, rule: Rule) -> None:
        """One more rule, with randomness of its own from the book's seed."""
        self.watches.append(Watch(rule, Random(f"{self.seed}|{len(self.watches)}|{rule.fault}")))

    def strike(self, request: ApiRequest, tenant_id: str, kinds: tuple[str, ...]) -> list[Fault]:
        """What strikes this call, in the order of the rules; rules of other kinds do not count it."""
        watches = [watch for watch in self.watches if watch.rule.fault in kinds]
        return [fault for fault in (watch.strike(request, tenant_id) for watch in watches) if fault]


def read_rules(document: Any) -> RuleBook:
    """The rules of a faults file; FaultRuleError for anything it does not know."""
    if not isinstance(document, Mapping):
        raise FaultRuleError("The faults", "are not an object with `seed`, `rules` and `rates`")
    unknown = set(document) - {"seed", "rules", "rates"}
    if unknown:
        raise FaultRuleError("The faults", f"have the unknown part {min(unknown)}; known are seed, rules, rates")
    book = RuleBook(document.get("seed", 1))
    for at, raw in enumerate(document.get("rules", [])):
        book.add(read_rule(raw, f"rules[{at}]"))
    for rule in _read_rates(document.get("rates")):
        book.add(rule)
    return book


def read_rule(raw: Any, place: str = "The rule") -> Rule:
    """One rule from its JSON object."""
    if not isinstance(raw, Mapping) or "fault" not in raw:
        raise FaultRuleError(place, "is not an object with a `fault`")
    if unknown := set(raw) - set(_PARTS):
        raise FaultRuleError(place, f"has the unknown part {min(unknown)}; known are {', '.join(_PARTS)}")
    if raw["fault"] not in FAULTS:
        raise FaultRuleError(place, f"has the unknown fault {raw['fault']!r}; known are {', '.join(FAULTS)}")
    if raw.get("wire", "close") not in WIRES:
        raise FaultRuleError(place, f"has the unknown wire {raw['wire']!r}; known are {', '.join(WIRES)}")
    parts = {**raw, "nth": _read_nth(raw.get("nth", []), place), "method": str(raw.get("method", "")).upper()}
    for name, value in parts.items():
        if not isinstance(value, _PARTS[name]):
            raise FaultRuleError(place, f"has {value!r} as {name}")
    return Rule(**parts)


def _read_nth(nth: Any, place: str) -> tuple[int, ...]:
    numbers = nth if isinstance(nth, list) else [nth]
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise FaultRuleError(place, f"has {nth!r} as nth, not a list of whole numbers from 1 on")
    return tuple(numbers)


def _read_rates(rates: Any) -> list[Rule]:
    if rates is None:
        return []
    changed = {} if rates == "default" else rates
    names = [name for name, *_ in _DEFAULT_RATES]
    if not isinstance(changed, Mapping) or set(changed) - set(names):
        raise FaultRuleError("rates", f'are neither "default" nor an object with some of {", ".join(names)}')
    return [
        Rule(name.removesuffix("_after") if commit else name, method, path, probability=chance, commit=commit)
        for name, methods, path, usual, commit in _DEFAULT_RATES
        for chance in [changed.get(name, usual)]
        for method in methods
        if chance > 0
    ]
