"""Policies of the sandbox: one switch for every question that the public documentation leaves open.

All defaults are assumptions, chosen to be the harder case for a client. Tests run a client under the default and under
the opposite. `set_switch` takes texts, as the control path and the command line send them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class UnknownSwitch(ValueError):
    """A switch of that name does not exist, or does not take that value."""

    def __init__(self, name: str, value: str | None, accepted: str) -> None:
        problem = f"There is no switch {name!r}" if value is None else f"Switch {name!r} does not take {value!r}"
        super().__init__(f"{problem}. Use one of: {accepted}.")


@dataclass(frozen=True)
class LengthRule:
    """Longest text kept; `limit` None means no limit, `on_excess` is "cut" (silently) or "error"."""

    limit: int | None = None
    on_excess: str = "cut"


@dataclass(frozen=True)
class ReadDelay:
    """How long a write stays invisible to reads: for that many seconds, or until that many reads were answered."""

    seconds: float = 0.0
    reads: int = 0


NO_LIMIT = LengthRule()
NO_DELAY = ReadDelay()


def parse_length(text: str) -> LengthRule | None:
    """'none', '200 cut' or '200 error'; None for anything else."""
    if text == "none":
        return LengthRule()
    found = re.fullmatch(r"([1-9]\d*) (cut|error)", text)
    return LengthRule(int(found[1]), found[2]) if found else None


def parse_delay(text: str) -> ReadDelay | None:
    """'0', '2 reads' or '1.5 seconds', plain numbers being seconds; None for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?: (reads|seconds))?", text)
    if not found:
        return None
    return ReadDelay(reads=int(float(found[1]))) if found[2] == "reads" else ReadDelay(seconds=float(found[1]))


def parse_rounding(text: str) -> int | None:
    """'none' or a positive whole number; None for anything else."""
    if text == "none":
        return 0
    return int(text) if text.isdecimal() and int(text) > 0 else None


def parse_count(text: str) -> int | None:
    """A positive whole number; None for anything else."""
    return int(text) if text.isdecimal() and int(text) > 0 else None


def choice(doc: str, *values: str) -> Any:
    """A switch with fixed words; the first is the default."""
    return field(default=values[0], metadata={"doc": doc, "values": values})


def grammar(doc: str, parse: Callable[[str], Any], accepted: str) -> dict[str, Any]:
    """The metadata of a switch with a value of its own; `parse` gives None for a text outside its grammar."""
    return {"doc": doc, "parse": parse, "values": (accepted,)}


@dataclass(frozen=True)
class Switches:
    """All policies at once; immutable, `set_switch` gives a changed copy."""

    time_on_completed_job: str = choice("Time on a job in a completed state.", "reject", "accept")
    time_on_cancelled_job: str = choice("Time on a job in a cancelled state.", "reject", "accept")
    time_on_completed_task: str = choice("Time on a job task that is ticked off.", "accept", "reject")
    time_requires_assignment: str = choice(
        "Whether the person must be assigned to the job or the job task; auto-assign assigns on the way.",
        "no",
        "yes",
        "auto-assign",
    )
    time_for_disabled_staff: str = choice("Time for a staff member who is disabled.", "reject", "accept")
    locked_week: str = choice("Writing or deleting time in a week the person has submitted.", "reject", "accept")
    invoiced_edit: str = choice("Changing or deleting time or costs that were invoiced.", "reject", "accept")
    partial_update: str = choice(
        "Elements left out of an update: emptied, kept, or the update refused.", "clears", "keeps", "refuses"
    )
    note_max: LengthRule = field(
        default=NO_LIMIT,
        metadata=grammar("Longest note and description.", parse_length, "none, '<n> cut', '<n> error'"),
    )
    name_max: LengthRule = field(
        default=NO_LIMIT,
        metadata=grammar("Longest name, label and code.", parse_length, "none, '<n> cut', '<n> error'"),
    )
    control_chars: str = choice("Control characters in a request: a server error, or taken out.", "500", "strip")
    read_after_write_delay: ReadDelay = field(
        default=NO_DELAY,
        metadata=grammar(
            "How long times and jobs just written stay invisible to reads.",
            parse_delay,
            "0, '<n> reads', '<n> seconds'",
        ),
    )
    unknown_id_status: str = choice(
        "Unknown id where no answer was ever recorded: 200 with ERROR, or 404.", "200", "404"
    )
    malformed_uuid: str = choice("Text that is no UUID where one belongs.", "200", "400", "500")
    wrong_method: str = choice("A known path with another verb.", "405", "404")
    window_filter: str = choice(
        "Whether from and to of time lists look at the entry date or the creation date.", "entry", "created"
    )
    range_exactly_one_year: str = choice("A window from a day to the same day a year later.", "accept", "400")
    deleted_staff_in_list: str = choice("Whether deleted staff are listed.", "no", "yes")
    template_costs_on_applytemplate: str = choice("Whether applying a template to a job adds its costs.", "yes", "no")
    omitted_billable_on_cost_update: str = choice("Billable left out when a job cost is changed.", "true", "keep")
    job_uuid_in_current: str = choice("Whether the list of current jobs shows UUIDs.", "yes", "no")
    jobstate_endpoint: str = choice(
        "The list of job states, which only the withdrawn description knows.", "available", "404"
    )
    json_mode: str = choice("The feature header for JSON: obeyed, or ignored (always XML).", "available", "ignored")
    scope_missing_status: str = choice("Status of a call whose token lacks the scope.", "403", "401")
    daily_limit: int = field(
        default=5000,
        metadata=grammar("Calls a day per practice and app.", parse_count, "a whole number, e.g. 5000, 1000"),
    )
    dup_custom_job_id: str = choice("A job added under a number that is taken: 200 with ERROR, or 409.", "error", "409")
    get_job_by_uuid: str = choice("Reading one job by its UUID.", "error", "accept")
    # Beyond the open questions: echoes that differ from what was sent, and shapes a robust client must bear.
    minutes_round: int = field(
        default=0, metadata=grammar("Minutes stored as the nearest multiple.", parse_rounding, "none, a whole number")
    )
    note_escape: str = choice("Notes stored as sent, or with HTML escapes.", "none", "html")
    malformed_xml: str = choice("A body that cannot be parsed.", "500", "400")
    bad_parameter_body: str = choice("Format of the body of a 400 in classic mode.", "xml", "json")
    list_order: str = choice("Lists in their recorded order, or shuffled.", "sorted", "shuffled")
    append_existing: str = choice(
        "AppendExisting adds estimates of a task of the same kind, or leaves them.", "sum", "leave"
    )
    delete_job_with_time: str = choice("Deleting a job that has time.", "reject", "accept")
    json_single_row: str = choice(
        "A JSON list with one row: still an array, or collapsed to an object.", "array", "object"
    )
    limit_headers: str = choice("The headers with remaining calls: shown or left out.", "present", "absent")
    former_refresh_token: str = choice(
        "A refresh token used before: works for 30 more minutes, or at once no more.", "grace", "refused"
    )
    old_version_status: str = choice("Answer to version 3.0.", "410", "404")


FIELDS = {item.name: item for item in dataclasses.fields(Switches)}


def set_switch(switches: Switches, name: str, value: str) -> Switches:
    """A copy with one switch changed; UnknownSwitch, naming what is accepted, for a bad name or value."""
    if name not in FIELDS:
        raise UnknownSwitch(name, None, ", ".join(FIELDS))
    return dataclasses.replace(switches, **{name: parse_value(name, value)})


def parse_value(name: str, value: str) -> Any:
    """The value that a text means for this switch; UnknownSwitch when it means none."""
    metadata = FIELDS[name].metadata
    parsed = metadata["parse"](value) if "parse" in metadata else value if value in metadata["values"] else None
    if parsed is None:
        raise UnknownSwitch(name, value, ", ".join(metadata["values"]))
    return parsed


def describe_switches(switches: Switches) -> dict[str, dict[str, str]]:
    """Name to value, default, accepted values and meaning, all as text."""
    return {
        name: {
            "value": write_value(getattr(switches, name)),
            "default": write_value(item.default),
            "accepted": ", ".join(item.metadata["values"]),
            "meaning": item.metadata["doc"],
        }
        for name, item in FIELDS.items()
    }


def write_value(value: Any) -> str:
    """The text that `set_switch` would read back as this value."""
    match value:
        case LengthRule(limit=None):
            return "none"
        case LengthRule(limit=limit, on_excess=on_excess):
            return f"{limit} {on_excess}"
        case ReadDelay(reads=0, seconds=seconds):
            return f"{seconds:g} seconds" if seconds else "0"
        case ReadDelay(reads=reads):
            return f"{reads} reads"
        case 0:
            return "none"
    return str(value)
