"""Client groups. The list has no members; one call per group shows them."""

from __future__ import annotations

from core.sandbox import errors
from core.sandbox.ask import Ask
from core.sandbox.practice import Practice, by_name, find_record
from core.sandbox.render import render_client_ref
from core.sandbox.state import ClientGroup
from core.sandbox.wire import JSON_NULL, NOTHING, Fields, Payload, Rows, yes_no


def list_groups(practice: Practice, _ask: Ask) -> Payload:
    """By name, without members."""
    groups = practice.order(practice.tenant.groups.values(), by_name)
    return Payload([("Groups", Rows("Group", [render_group_head(group) for group in groups]))])


def render_group_head(group: ClientGroup) -> Fields:
    return [("UUID", group.uuid), ("Name", group.name), ("Taxable", yes_no(group.taxable))]


def render_group(practice: Practice, group: ClientGroup) -> Fields:
    clients = [render_client_ref(practice.tenant, uuid) for uuid in group.clients]
    return [*render_group_head(group), ("Clients", Rows("Client", clients)), ("WebUrl", JSON_NULL)]


def get_group(practice: Practice, ask: Ask) -> Payload:
    return show_group(practice, find_record(practice.tenant.groups, ask.key, errors.INVALID_GROUP))


def show_group(practice: Practice, group: ClientGroup) -> Payload:
    return Payload([("Group", render_group(practice, group))])


def add_group(practice: Practice, ask: Ask) -> Payload:
    """A group is made with its first client."""
    client = practice.find_client(ask.body.required_text("ClientUUID"))
    name = practice.fit_name("Name", ask.body.required_text("Name"))
    group = ClientGroup(practice.new_uuid(), name, ask.body.yes_no_of("Taxable") is True, [client.uuid])
    practice.tenant.groups[group.uuid] = group
    practice.record("group.add", group.uuid, name=group.name)
    return show_group(practice, group)


def change_members(practice: Practice, ask: Ask) -> Payload:
    """All added and removed clients, or none when one of them is unknown."""
    group = find_record(practice.tenant.groups, ask.body.required_text("UUID"), errors.INVALID_GROUP)
    added = [practice.find_client(part.attribute("uuid")).uuid for part in ask.body.find_all("add")]
    removed = {practice.find_client(part.attribute("uuid")).uuid for part in ask.body.find_all("remove")}
    members = dict.fromkeys([*group.clients, *added])
    group.clients = [uuid for uuid in members if uuid not in removed]
    practice.record("group.members", group.uuid, clients=list(group.clients))
    return show_group(practice, group)


def delete_group(practice: Practice, ask: Ask) -> Payload:
    """The clients stay."""
    group = find_record(practice.tenant.groups, ask.body.required_text("UUID"), errors.INVALID_GROUP)
    del practice.tenant.groups[group.uuid]
    practice.record("group.delete", group.uuid)
    return NOTHING
