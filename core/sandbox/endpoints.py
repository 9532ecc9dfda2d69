"""Every call of Practice Manager 3.1: its path, its scopes, the word in its answer, and the function that serves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from core.sandbox import (
    assignment,
    clients,
    contacts,
    custom_fields,
    groups,
    job_parts,
    jobs,
    records,
    staff,
    templates,
    times,
)
from core.sandbox.answers import choose_mode, refuse, succeed
from core.sandbox.ask import Ask
from core.sandbox.body import EMPTY, Part, read_body
from core.sandbox.calls import XPM_ROOT, ApiAnswer, ApiRequest, FaultPlan
from core.sandbox.errors import MalformedBody, NotFound, Refusal
from core.sandbox.practice import Practice
from core.sandbox.wire import Payload
from core.sandbox.world import Sandbox

Run = Callable[[Practice, Ask], Payload]
FULL = "practicemanager"


@dataclass(frozen=True)
class Endpoint:
    """`path` has `*` where a word varies; `word` is the api-method; any of `scopes` opens it.

    `root` names the element that a body must have, and is empty where a body is not looked at.
    """

    verb: str
    path: tuple[str, ...]
    word: str
    scopes: frozenset[str]
    run: Run
    root: str


#: The root element of a request, by the last fixed word of its path, else by the resource.
ROOTS = {
    "task": "Task",
    "cost": "Cost",
    "note": "Note",
    "document": "Document",
    "contact": "Contact",
    "contacts": "Client",
    "addrelationship": "Relationship",
    "updaterelationship": "Relationship",
    "deleterelationship": "Relationship",
    "deleteall": "DeleteAll",
    "customfield": "CustomFields",
}
RESOURCE_ROOTS = {
    "staff.api": "Staff",
    "client.api": "Client",
    "clientgroup.api": "Group",
    "job.api": "Job",
    "time.api": "Timesheet",
    "cost.api": "Cost",
}


def describe(verb: str, path: str, word: str, scope: str, run: Run, *, has_body: bool = True) -> Endpoint:
    """One line of the table; `scope` is the narrow one, empty where only the full ones open the call."""
    words = tuple(path.split("/"))
    fixed = [one for one in words if one != "*"]
    root = ROOTS.get(fixed[-1]) or RESOURCE_ROOTS.get(words[0], "")
    reads_only = verb == "GET"
    narrow = [f"{FULL}.{scope}", *([f"{FULL}.{scope}.read"] if reads_only else [])] if scope else []
    full = [FULL, *([f"{FULL}.read"] if reads_only else [])]
    # The published description lists this one call under the job scopes alone.
    scopes = frozenset(narrow if path == "job.api/staff/*" else full + narrow)
    return Endpoint(verb, words, word, scopes, run, root if has_body and verb in {"POST", "PUT"} else "")


def describe_values(read: str, write: str, scope: str, owner: custom_fields.Owner) -> list[Endpoint]:
    """The two calls for the custom field values of one kind of record."""
    return [
        describe("GET", f"{read}/customfield", "CustomField", scope, custom_fields.read_values(owner)),
        describe("PUT", f"{write}/customfield", "CustomField", scope, custom_fields.write_values(owner)),
    ]


ENDPOINTS = (
    describe("GET", "staff.api/list", "List", "staff", staff.list_staff),
    describe("GET", "staff.api/get/*", "Get", "staff", staff.get_staff),
    describe("POST", "staff.api/add", "Get", "staff", staff.add_staff),
    describe("PUT", "staff.api/update", "Update", "staff", staff.update_staff),
    describe("POST", "staff.api/delete", "Delete", "staff", staff.delete_staff),
    describe("POST", "staff.api/enable", "Enable", "staff", staff.enable_staff),
    describe("POST", "staff.api/disable", "Disable", "staff", staff.disable_staff),
    describe("POST", "staff.api/forgottenpassword", "ForgottenPassword", "staff", staff.remind_staff),
    describe("GET", "client.api/list", "List", "client", clients.list_clients),
    describe("GET", "client.api/paged-list", "PagedList", "client", clients.list_clients_by_page),
    describe("GET", "client.api/search", "Search", "client", clients.search_clients),
    describe("GET", "client.api/get/*", "Get", "client", clients.get_client),
    describe("POST", "client.api/add", "Add", "client", clients.add_client),
    describe("PUT", "client.api/update", "Update", "client", clients.update_client),
    describe("PUT", "client.api/archive", "Archive", "client", clients.archive_client),
    describe("POST", "client.api/delete", "Delete", "client", clients.delete_client),
    describe("GET", "client.api/contacts", "Contacts", "client", contacts.list_contacts),
    describe("GET", "client.api/contact/*", "Contact", "client", contacts.get_contact),
    describe("POST", "client.api/contact", "Contact", "client", contacts.add_contact),
    describe("PUT", "client.api/contact/*", "Contact", "client", contacts.update_contact),
    describe("DELETE", "client.api/contact/*", "Contact", "client", contacts.delete_contact),
    describe("POST", "client.api/client/*/contacts", "Contacts", "client", contacts.attach_contacts),
    describe("GET", "client.api/documents/*", "Documents", "client", clients.list_documents),
    describe("POST", "client.api/document", "Document", "client", clients.add_document),
    describe("POST", "client.api/addrelationship", "AddRelationship", "client", contacts.add_relationship),
    describe("PUT", "client.api/updaterelationship", "UpdateRelationship", "client", contacts.update_relationship),
    describe("POST", "client.api/deleterelationship", "DeleteRelationship", "client", contacts.delete_relationship),
    describe("GET", "clientgroup.api/list", "List", "client", groups.list_groups),
    describe("GET", "clientgroup.api/get/*", "Get", "client", groups.get_group),
    describe("POST", "clientgroup.api/add", "Add", "client", groups.add_group),
    describe("PUT", "clientgroup.api/members", "Members", "client", groups.change_members),
    describe("POST", "clientgroup.api/delete", "Delete", "client", groups.delete_group),
    describe("GET", "job.api/current", "Current", "job", jobs.list_current_jobs),
    describe("GET", "job.api/list", "List", "job", jobs.list_jobs),
    describe("GET", "job.api/get/*", "Get", "job", jobs.get_job),
    describe("GET", "job.api/staff/*", "Staff", "job", jobs.list_jobs_of_staff),
    describe("GET", "job.api/client/*", "Client", "job", jobs.list_jobs_of_client),
    describe("GET", "job.api/tasks", "Tasks", "job", jobs.list_jobs_with_tasks),
    describe("POST", "job.api/add", "Add", "job", jobs.add_job),
    describe("PUT", "job.api/update", "Update", "job", jobs.update_job),
    describe("PUT", "job.api/state", "State", "job", jobs.set_state),
    describe("PUT", "job.api/assign", "Assign", "job", assignment.assign_staff),
    describe("POST", "job.api/applytemplate", "ApplyTemplate", "job", jobs.apply_template),
    describe("POST", "job.api/delete", "Delete", "job", jobs.delete_job),
    describe("POST", "job.api/task", "Task", "job", job_parts.add_task),
    describe("PUT", "job.api/task", "Task", "job", job_parts.update_task),
    describe("PUT", "job.api/task/*/complete", "Task", "job", job_parts.complete_task, has_body=False),
    describe("PUT", "job.api/task/*/reopen", "Task", "job", job_parts.reopen_task, has_body=False),
    describe("PUT", "job.api/reordertasks", "ReorderTasks", "job", job_parts.reorder_tasks),
    describe("GET", "job.api/costs/*", "Costs", "job", job_parts.list_costs),
    describe("POST", "job.api/cost", "Cost", "job", job_parts.add_cost),
    describe("PUT", "job.api/cost", "Cost", "job", job_parts.update_cost),
    describe("POST", "job.api/note", "Note", "job", job_parts.add_note),
    describe("GET", "job.api/documents/*", "Documents", "job", job_parts.list_documents),
    describe("POST", "job.api/document", "Document", "job", job_parts.add_document),
    describe("POST", "job.api/createquote/*", "CreateQuote", "job", job_parts.create_quote, has_body=False),
    describe("POST", "job.api/createestimate/*", "CreateEstimate", "job", job_parts.create_quote, has_body=False),
    describe("GET", "jobstate.api/list", "List", "job", records.list_states),
    describe("GET", "task.api/list", "List", "", records.list_task_catalogue),
    describe("GET", "task.api/get/*", "Get", "", records.get_catalogue_task),
    describe("GET", "time.api/list", "List", "time", times.list_times),
    describe("GET", "time.api/staff/*", "Staff", "time", times.list_times_of_staff),
    describe("GET", "time.api/job/*", "Job", "time", times.list_times_of_job),
    describe("GET", "time.api/get/*", "Get", "time", times.get_time),
    describe("POST", "time.api/add", "Add", "time", times.add_time),
    describe("PUT", "time.api/update", "Update", "time", times.update_time),
    describe("DELETE", "time.api/delete/*", "Delete", "time", times.delete_time),
    describe("GET", "cost.api/list", "List", "", records.list_cost_catalogue),
    describe("GET", "cost.api/get/*", "Get", "", records.get_catalogue_cost),
    describe("POST", "cost.api/add", "Add", "", records.add_catalogue_cost),
    describe("PUT", "cost.api/update", "Update", "", records.update_catalogue_cost),
    describe("POST", "cost.api/delete", "Delete", "", records.delete_catalogue_cost),
    describe("POST", "cost.api/deleteall", "DeleteAll", "", records.delete_cost_catalogue),
    describe("GET", "template.api/list", "List", "", templates.list_templates),
    describe("GET", "category.api/list", "List", "", records.list_categories),
    describe("GET", "customfield.api/definition", "Definition", "", custom_fields.list_definitions),
    *describe_values("client.api/get/*", "client.api/update/*", "client", custom_fields.own_client),
    *describe_values("client.api/contact/*", "client.api/contact/*", "client", custom_fields.own_contact),
    *describe_values("job.api/get/*", "job.api/update/*", "job", custom_fields.own_job),
    *describe_values("job.api/task/*", "job.api/task/*", "job", custom_fields.own_task),
    *describe_values("job.api/cost/*", "job.api/cost/*", "job", custom_fields.own_cost),
    *describe_values("time.api/get/*", "time.api/update/*", "time", custom_fields.own_time),
)


#: Endpoints by verb, number of words and first word, in the order of the table.
_BY_WORDS: dict[tuple[str, int, str], list[Endpoint]] = {}
for _endpoint in ENDPOINTS:
    _BY_WORDS.setdefault((_endpoint.verb, len(_endpoint.path), _endpoint.path[0]), []).append(_endpoint)


def split_path(path: str) -> tuple[str, ...]:
    """The decoded words after the root; a slash inside a word was percent-encoded."""
    return tuple(unquote(word) for word in path.removeprefix(XPM_ROOT).strip("/").split("/"))


def match_words(endpoint: Endpoint, words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The varying words when the path is this endpoint's, else None."""
    if len(words) != len(endpoint.path):
        return None
    pairs = list(zip(endpoint.path, words, strict=True))
    if any(wanted not in {"*", word} for wanted, word in pairs):
        return None
    return tuple(word for wanted, word in pairs if wanted == "*")


def find_endpoint(request: ApiRequest) -> Endpoint | None:
    """The endpoint of path and verb; None for an unknown path or another verb."""
    words = split_path(request.path)
    same = _BY_WORDS.get((request.method.upper(), len(words), words[0]), ())
    return next((one for one in same if match_words(one, words) is not None), None)


def handle(sandbox: Sandbox, tenant_id: str, request: ApiRequest, plan: FaultPlan | None = None) -> ApiAnswer:
    """Serve one call on one practice, without sign-in, limits and faults; never raises a Refusal.

    Of `plan` only the lag of reads and what is done to the rows of a list count here.
    """
    plan = plan or FaultPlan()
    with sandbox.lock:
        mode = choose_mode(sandbox.switches, request)
        endpoint = find_endpoint(request)
        if endpoint is None:
            return answer_without_endpoint(sandbox, request)
        practice = Practice(sandbox, sandbox.tenants[tenant_id], lag=plan.lag)
        try:
            payload = endpoint.run(practice, read_ask(sandbox, endpoint, request, as_json=mode.as_json))
        except Refusal as refusal:
            return refuse(sandbox.switches, mode, endpoint.word, refusal)
        return succeed(sandbox, mode, endpoint.word, payload, plan.rows)


def read_ask(sandbox: Sandbox, endpoint: Endpoint, request: ApiRequest, *, as_json: bool) -> Ask:
    """The call in the practice's words; MalformedBody for a body of another root element."""
    body: Part = EMPTY
    if endpoint.root:
        body = read_body(request.body, as_json=as_json, strip_controls=sandbox.switches.control_chars == "strip")
    if not as_json and body.name != endpoint.root:
        raise MalformedBody
    words = match_words(endpoint, split_path(request.path)) or ()
    return Ask(words, {name.lower(): value for name, value in request.query.items()}, body)


def answer_without_endpoint(sandbox: Sandbox, request: ApiRequest) -> ApiAnswer:
    """404 for a path that does not exist, 405 (or 404) for another verb on one that does."""
    words = split_path(request.path)
    verbs = sorted({one.verb for one in ENDPOINTS if match_words(one, words) is not None})
    if not verbs or sandbox.switches.wrong_method == "404":
        return ApiAnswer(NotFound.status)
    return ApiAnswer(405, {"allow": ", ".join(verbs)})
