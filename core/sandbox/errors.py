"""The ways in which the practice refuses a call, and the sentences it uses.

Only the texts under "recorded" were ever seen in answers of the real service. All others are invented in their style:
a client must decide by the class of an answer and never by its text.
"""

from __future__ import annotations

# Recorded.
INVALID_JOB = "Invalid job identifier"
INVALID_TEMPLATE = "Invalid job template identifier"
INVALID_STAFF_FOR_ADD = "Invalid staff identifier for add request"
INVALID_STATE = "Invalid state code"
INVALID_CLIENT = "Invalid client identifier"

# Invented.
INVALID_STAFF = "Invalid staff identifier"
INVALID_STAFF_FOR_REMOVE = "Invalid staff identifier for remove request"
INVALID_MANAGER = "Invalid staff identifier for manager request"
INVALID_PARTNER = "Invalid staff identifier for partner request"
INVALID_TASK = "Invalid task identifier"
INVALID_TIME = "Invalid time identifier"
INVALID_COST = "Invalid cost identifier"
INVALID_CATEGORY = "Invalid category identifier"
INVALID_CONTACT = "Invalid contact identifier"
INVALID_GROUP = "Invalid client group identifier"
INVALID_RELATIONSHIP = "Invalid relationship identifier"
INVALID_FIELD = "Invalid custom field identifier"
INVALID_INVOICE = "Invalid invoice identifier"
INVALID_QUOTE = "Invalid quote identifier"
TAKEN_JOB = "Job identifier is already in use"
CLOSED_JOB = "Time cannot be recorded on a completed job"
CANCELLED_JOB = "Time cannot be recorded on a cancelled job"
COMPLETED_TASK = "Time cannot be recorded on a completed task"
NOT_ASSIGNED = "Staff member is not assigned to this task"
DISABLED_STAFF = "Staff member is disabled"
LOCKED_WEEK = "The timesheet for this week has been submitted"
INVOICED_TIME = "Time that has been invoiced cannot be changed"
INVOICED_COST = "A cost that has been invoiced cannot be changed"
JOB_HAS_TIME = "A job with recorded time cannot be deleted"
INVALID_MINUTES = "Minutes must be a whole number other than zero"
MINUTES_AND_SPAN = "Minutes cannot be combined with Start and End"
INVALID_SPAN = "End must be after Start"
INVALID_TASK_MODE = "Invalid task mode"
MALFORMED_BODY = "The request body could not be read"


class Refusal(Exception):
    """A call that changes nothing; `status` is the HTTP status of its answer, `text` its ErrorDescription."""

    status = 200

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BusinessError(Refusal):
    """A rule of the practice says no: HTTP 200 with status ERROR."""


class UnknownRecord(BusinessError):
    """No such record. `recorded` marks calls whose 200 was really seen: the switch unknown_id_status spares them."""

    def __init__(self, text: str, *, recorded: bool = False) -> None:
        super().__init__(text)
        self.recorded = recorded


class MalformedUuid(BusinessError):
    """Text where a UUID belongs; the switch malformed_uuid says how it is answered."""


class BadParameter(Refusal):
    """A query that cannot be served."""

    status = 400


class NotFound(Refusal):
    """The few calls that are documented to answer 404."""

    status = 404


class Conflict(Refusal):
    """The record stands in the way."""

    status = 409


class ServerError(Refusal):
    """What the real service answers when it stumbles."""

    status = 500


class MalformedBody(ServerError):
    """A body that is no XML, or no JSON in strict mode."""

    def __init__(self) -> None:
        super().__init__(MALFORMED_BODY)


class MissingElement(BusinessError):
    """A required element was left out or empty."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is required")


class InvalidElement(BusinessError):
    """An element whose text has the wrong form."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not valid")


class TooLong(BusinessError):
    """A text longer than the switches allow."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(f"{name} cannot be longer than {limit} characters")
