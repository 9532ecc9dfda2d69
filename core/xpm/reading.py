"""The reads of XPM: each gives whole, typed records or raises.

Windows of dates are at most a year in XPM; longer ones are cut here. Xero describes `from` and `to` of time as days of
creation without saying whether the entry's own date is meant, so callers ask with a margin and filter by `date`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from core.xpm.calls import Call, Caller, CallRefused
from core.xpm.records import (
    CatalogueCost,
    Client,
    Document,
    JobCost,
    JobRecord,
    Named,
    Record,
    Staff,
    TaskType,
    TimeRecord,
    normalise_uuid,
)
from core.xpm.transport import LONG_PATIENCE
from core.xpm.weblinks import CLIENT_ADDRESS, JOB_ADDRESS, ClientAddress, JobAddress
from core.xpm.wire import Shape

T = TypeVar("T", bound=Record)

STAFF = Shape(Staff, "StaffList/Staff", "staff")
CLIENTS = Shape(Client, "Clients/Client", "clients")
CLIENT = Shape(Client, "Client", "the client", many=False)
TASK_TYPES = Shape(TaskType, "TaskList/Task", "task types")
TEMPLATES = Shape(Named, "Templates/Template", "job templates")
CATEGORIES = Shape(Named, "Categories/Category", "job categories")
JOB_STATES = Shape(Named, "JobStates/JobState", "job states")
JOBS = Shape(JobRecord, "Jobs/Job", "jobs")
JOB = Shape(JobRecord, "Job", "the job", many=False)
TIMES = Shape(TimeRecord, "Times/Time", "time entries")
TIME = Shape(TimeRecord, "Time", "the time entry", many=False)
COSTS = Shape(CatalogueCost, "Costs/Cost", "catalogue costs")
JOB_COSTS = Shape(JobCost, "Costs/Cost", "the job's costs", bare=True)
DOCUMENTS = Shape(Document, "Documents/Document", "the job's documents", bare=True)

_DETAILED = {"detailed": "true"}
#: A little under a year, as XPM refuses longer ones and does not say whether a year to the day is still allowed.
WINDOW_DAYS = 360
_COST_PAGES = 200


class Reading:
    """The reads. Lists come in XPM's order, each record once."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list_staff(self) -> list[Staff]:
        """Staff members; former ones may be missing here and still be named by old time."""
        return self._list("staff.api/list", STAFF)

    def list_clients(self, modified_since: datetime | None = None, *, detailed: bool = True) -> list[Client]:
        """Clients, archived and deleted ones included; only `detailed` lists have groups.

        `modified_since` (aware) narrows to those changed since; XPM does not say which changes count.
        """
        query = dict(_DETAILED) if detailed else {}
        if modified_since is not None:
            query["modifiedsince"] = f"{modified_since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
        return self._list("client.api/list", CLIENTS, query)

    def get_client(self, uuid: str) -> Client | None:
        """One client in full, None when XPM says there is no such client."""
        return self._get(("client.api", "get", normalise_uuid(uuid)), CLIENT)

    def get_client_address(self, uuid: str) -> str:
        """The address of one client in XPM's own pages; empty when XPM tells none."""
        return _read_address(self._get(("client.api", "get", normalise_uuid(uuid)), CLIENT_ADDRESS))

    def get_job_address(self, number: str) -> str:
        """The address of one job in XPM's own pages; empty when XPM tells none."""
        return _read_address(self._get(("job.api", "get", number), JOB_ADDRESS))

    def list_task_types(self) -> list[TaskType]:
        """The practice-wide task catalogue."""
        return self._list("task.api/list", TASK_TYPES)

    def list_templates(self) -> list[Named]:
        """Job templates; XPM tells nothing of their content."""
        return self._list("template.api/list", TEMPLATES)

    def list_categories(self) -> list[Named]:
        """Job categories."""
        return self._list("category.api/list", CATEGORIES)

    def list_job_states(self) -> list[Named]:
        """Display names of job states. Not in Xero's documentation of all times: a refusal is to be tolerated."""
        return self._list("jobstate.api/list", JOB_STATES)

    def list_current_jobs(self) -> list[JobRecord]:
        """Open jobs with their tasks; which states are open is the practice's own setting."""
        return self._list("job.api/current", JOBS, _DETAILED)

    def list_jobs(self, start: date, end: date) -> list[JobRecord]:
        """Jobs of all states created within these days, with their tasks."""
        return self._list_windows(("job.api", "list"), JOBS, start, end, _DETAILED)

    def get_job(self, number: str) -> JobRecord | None:
        """One job in full, None when XPM says there is no such job."""
        return self._get(("job.api", "get", number), JOB)

    def list_client_jobs(self, client_id: str) -> list[JobRecord]:
        """All jobs a client ever had, with their tasks where XPM gives them."""
        return self._list_path(("job.api", "client", client_id), JOBS, _DETAILED)

    def list_times(self, start: date, end: date) -> list[TimeRecord]:
        """Time of all staff in a window; see the module about what the window means."""
        return self._list_windows(("time.api", "list"), TIMES, start, end)

    def list_staff_times(self, staff_id: str, start: date, end: date) -> list[TimeRecord]:
        """Time of one staff member in a window."""
        return self._list_windows(("time.api", "staff", staff_id), TIMES, start, end)

    def list_job_times(self, job: str) -> list[TimeRecord]:
        """All time on one job."""
        return self._list_path(("time.api", "job", job), TIMES)

    def get_time(self, uuid: str) -> TimeRecord | None:
        """One timesheet, None when XPM says there is no such one."""
        return self._get(("time.api", "get", normalise_uuid(uuid)), TIME)

    def list_costs(self) -> list[CatalogueCost]:
        """The whole cost catalogue, page by page until XPM gives an empty one."""
        kept: dict[str, CatalogueCost] = {}
        for page in range(1, _COST_PAGES):
            costs = self._list("cost.api/list", COSTS, {"page": str(page)})
            # A page that brings nothing new would go on for ever with a server that ignores the page.
            if not any(cost.uuid not in kept for cost in costs):
                break
            kept |= {cost.uuid: cost for cost in costs}
        return list(kept.values())

    def list_job_costs(self, job: str) -> list[JobCost]:
        """The cost lines of one job."""
        return self._list_path(("job.api", "costs", job), JOB_COSTS)

    def list_job_documents(self, job: str) -> list[Document]:
        """The files attached to one job."""
        return self._list_path(("job.api", "documents", job), DOCUMENTS)

    def _list(self, path: str, shape: Shape[T], query: dict[str, str] | None = None) -> list[T]:
        return self._list_path(tuple(path.split("/")), shape, query)

    def _list_path(self, path: tuple[str, ...], shape: Shape[T], query: dict[str, str] | None = None) -> list[T]:
        call = Call("GET", path, shape, query or {}, patience=LONG_PATIENCE)
        return list(self._caller.read(call).records)

    def _list_windows(
        self, path: tuple[str, ...], shape: Shape[T], start: date, end: date, query: dict[str, str] | None = None
    ) -> list[T]:
        kept: dict[str, T] = {}
        for first, last in cut_windows(start, end):
            window = {**(query or {}), "from": f"{first:%Y%m%d}", "to": f"{last:%Y%m%d}"}
            kept |= {record.key: record for record in self._list_path(path, shape, window)}
        return list(kept.values())

    def _get(self, path: tuple[str, ...], shape: Shape[T]) -> T | None:
        try:
            records = self._caller.read(Call("GET", path, shape)).records
        except CallRefused as refusal:
            # Whether an unknown id is answered with 404 or with 200 and an error differs by resource.
            if refusal.http_status in (200, 404):
                return None
            raise
        return records[0] if records else None


def _read_address(found: ClientAddress | JobAddress | None) -> str:
    return "" if found is None else (found.beside or found.inside).strip()


def cut_windows(start: date, end: date) -> Iterator[tuple[date, date]]:
    """The window in pieces XPM accepts, in order, both ends inclusive; nothing when it ends before it starts."""
    while start <= end:
        last = min(end, start + timedelta(days=WINDOW_DAYS - 1))
        yield start, last
        start = last + timedelta(days=1)
