"""Handing a pack over: as a file to download, or by mail; what will happen is said before."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.jobs import JobDraft
from core.jobs.packs import PLACEHOLDERS, PackState
from core.model import TieoutError
from core.workspace.delivering import Built
from core.workspace.mailing import LetterView
from pages.parts.doorway import read, workspace
from pages.parts.messages import act, show_error
from pages.parts.packs.state import BUILT, OpenPack, field_key, keep, show_size, shown_revision
from pages.parts.words import count, plain

_WAY, _AGAIN = "pack_way", "pack_again"
_WAYS = {"download": "Download", "send": "Send by mail"}


def show_handing(opened: OpenPack) -> None:
    """Both ways, each with what it still lacks; nothing while the mail is on its way or in doubt."""
    st.subheader("3 · Hand over")
    # Who sent it finds the mail again when it came back, not the download.
    st.session_state[_WAY] = st.session_state.get(_WAY, "download")
    if opened.is_busy or opened.in_doubt:
        st.caption("Waits for the mail that is on its way." if opened.is_busy else "Say first what became of the mail.")
        return
    way = st.segmented_control(
        "How",
        list(_WAYS),
        key=_WAY,
        format_func=_WAYS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    if opened.pack.may_be_one:
        st.toggle(
            "All as one PDF",
            key=field_key("as_one"),
            on_change=keep,
            help="In the order above, with a bookmark for each file. Off: a ZIP to download, single files in a mail.",
        )
    gaps = workspace().delivery.list_gaps(opened.stored.id)
    if way == "download":
        _show_download(opened, gaps)
    else:
        _show_mail(opened, gaps)


def _list_acts(opened: OpenPack, first: str) -> str:
    """What happens, in order, as a list."""
    acts = [first]
    draft = workspace().jobs.get(opened.stored.draft) if opened.stored.draft else None
    if draft is not None and not draft.run:
        content = workspace().drafting.settle(JobDraft.from_json(draft.content)).draft
        names = read("xpm client names", lambda ws: ws.xpm("clients")["name"])
        client = names.get(content.client_id, "its client")
        acts.append(f"The job **{plain(content.name or 'without a name')}** is created for **{plain(client)}** in XPM.")
        if opened.pack.attaches and opened.pack.files:
            are = "is" if len(opened.pack.files) == 1 else "are"
            acts.append(f"{count(len(opened.pack.files), 'file')} {are} attached to it.")
    return "\n".join(f"{number}. {line}" for number, line in enumerate(acts, 1))


def _tell_gaps(gaps: list[str]) -> None:
    if gaps:
        st.caption(f":orange[{plain(' '.join(gaps))}]")


# -- download ----------------------------------------------------------------------------------------------------------


def _show_download(opened: OpenPack, gaps: list[str]) -> None:
    pack_id, revision = opened.stored.id, opened.stored.revision
    if st.session_state.get(BUILT) != (pack_id, revision) or gaps:
        with st.container(horizontal=True, vertical_alignment="center"):
            button = partial(st.button, "Make the file", key="pack_build", icon=":material/folder_zip:")
            button(type="primary", disabled=bool(gaps), on_click=_ask_built, args=(pack_id,))
            if not gaps:
                st.caption(_tell_next(opened))
        _tell_gaps(gaps)
        return
    try:
        with st.spinner("Making the file"):
            built: Built = read(f"pack file {pack_id} {revision}", lambda ws: ws.delivery.build(pack_id))
    except TieoutError as error:
        show_error(error)
        return
    with st.container(border=True, key="pack_download_box"):
        first = f"**{plain(built.file_name)}** ({show_size(len(built.data))}) goes to your downloads."
        st.markdown(_list_acts(opened, first))
        st.download_button(
            "Download",
            built.data,
            built.file_name,
            built.mime,
            key="pack_download",
            type="primary",
            icon=":material/download:",
            on_click=_note_download,
            args=(pack_id,),
        )


def _tell_next(opened: OpenPack) -> str:
    if opened.stored.state == PackState.DELIVERED:
        return "It was handed over already. Downloading it again creates nothing."
    return "The file is made first; nothing is created before you download it."


def _ask_built(pack_id: str) -> None:
    st.session_state[BUILT] = (pack_id, shown_revision(pack_id))


def _note_download(pack_id: str) -> None:
    act(lambda: workspace().delivery.note_download(pack_id, shown_revision(pack_id)))


# -- mail --------------------------------------------------------------------------------------------------------------


def _show_mail(opened: OpenPack, gaps: list[str]) -> None:
    view = workspace().mailing.preview(opened.pack)
    left, right = st.columns(2, gap="medium")
    with left:
        _show_fields()
    with right:
        _show_letter(opened, view)
    _show_send(opened, view, [*gaps, *view.gaps])


def _show_fields() -> None:
    told = "Placeholders are filled in for you:\n" + "\n".join(
        f"- `{{{one}}}` {means}" for one, means in PLACEHOLDERS.items()
    )
    st.text_input("To", key=field_key("to"), on_change=keep, placeholder="name@client.example; commas between several")
    st.text_input("Copy to", key=field_key("cc"), on_change=keep, placeholder="nobody")
    st.text_input("Subject", key=field_key("subject"), on_change=keep, help=told, max_chars=200)
    st.text_area("Message", key=field_key("body"), on_change=keep, height=190, max_chars=10_000)
    st.button(
        "Begin every pack with this message",
        key="pack_template",
        type="tertiary",
        icon=":material/save:",
        on_click=act,
        args=(_save_template,),
    )


def _save_template() -> str:
    state = st.session_state
    values = {"mail_subject": state[field_key("subject")], "mail_body": state[field_key("body")]}
    changed = workspace().options.change(**values)
    return "New packs begin with this subject and message." if changed else "It is the practice's message already."


def _show_letter(opened: OpenPack, view: LetterView) -> None:
    """The message as it will be read, character by character."""
    files = opened.pack.files
    attached = "one PDF" if opened.pack.as_one and opened.pack.may_be_one else count(len(files), "file")
    with st.container(border=True, key="pack_letter"):
        st.caption("As the client reads it")
        st.markdown(f"**{plain(view.subject or 'No subject')}**")
        st.text(view.body)
        st.caption(f":material/attach_file: {attached}, {show_size(opened.pack.size)}")


def _show_send(opened: OpenPack, view: LetterView, gaps: list[str]) -> None:
    was_mailed = workspace().mailing.was_mailed(opened.stored.id)
    if not gaps:
        people = plain(", ".join((*view.to, *view.cc)))
        st.markdown(_list_acts(opened, f"The mail goes to **{people}**. If it is refused, nothing else happens."))
    with st.container(horizontal=True, vertical_alignment="center"):
        again = was_mailed and st.checkbox("It was mailed already; send it again", key=_AGAIN)
        disabled = bool(gaps) or (was_mailed and not again)
        send = partial(_send, opened.stored.id)
        st.button(
            "Send",
            key="pack_send",
            type="primary",
            icon=":material/send:",
            disabled=disabled,
            on_click=act,
            args=(send,),
        )
    _tell_gaps(gaps)


def _send(pack_id: str) -> str:
    again = bool(st.session_state.pop(_AGAIN, False))
    workspace().mailing.request_send(pack_id, shown_revision(pack_id), again=again)
    return "The mail is queued. The worker sends it; you may close this page."
