"""Filling a job's cost table: from an earlier job, a preset, XPM's catalogue or a spreadsheet, and reviewing it.

XPM tells nobody what a template holds, so the table is filled from elsewhere before the job exists, and met with what
the template brought afterwards. An existing job's costs are edited as a draft of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from core.jobs import CostLine, JobDraft, line_from_cost
from core.jobs.merge import Difference, Mark, hold_line, lay_out, tell_differences, unhold
from core.jobs.pasted import Pasted, read_pasted
from core.jobs.sheet import fold
from core.model import TieoutError
from core.reports.entries import label_records
from core.store.presets import Preset

if TYPE_CHECKING:
    from core.workspace import Workspace
    from core.workspace.jobbing import StoredDraft

__all__ = ["Costing", "Difference", "Mark", "NoSuchJob", "NothingToFill", "Preset", "PresetUnnamed"]

_ONE = Decimal(1)


class NothingToFill(TieoutError):
    """The job or the catalogue has no cost to take."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} has no cost lines. Add lines by hand, or fill the table from elsewhere.")


class PresetUnnamed(TieoutError):
    """A preset is to be kept without a name, or without a line."""

    def __init__(self, lacks: str) -> None:
        super().__init__(f"The preset needs {lacks}. Nothing was kept.")


class NoSuchJob(TieoutError):
    """A job number that the last sync did not see."""

    def __init__(self, job: str) -> None:
        super().__init__(f"There is no job {job!r} among those XPM told at the last sync. Check the number, or sync.")


class Costing:
    """The cost tables of one practice's jobs."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def catalogue(self) -> dict[str, str]:
        """XPM's cost catalogue: id -> description, code and price as one text."""
        costs = self._ws.xpm("costs")
        prices = costs["unit_price"].map(lambda price: f"{price:,.2f}")
        codes = costs["code"].where(costs["code"].eq(""), " (" + costs["code"] + ")")
        labels = label_records((costs["description"] + codes + " · " + prices).to_frame("name"))
        return {str(one): str(label) for one, label in labels.sort_values(key=lambda s: s.str.casefold()).items()}

    def last_job(self, template_id: str) -> str:
        """The newest job made with a template; empty when none is known.

        XPM does not tell a job's template, so it is the newest one created here with it, else the newest job whose
        name begins like the template's.
        """
        stored = self._ws.jobs.list_drafts()
        for content, job in zip(stored["content"], stored["job"], strict=True):
            if job and JobDraft.from_json(content).template_id == template_id:
                return str(job)
        templates = self._ws.xpm("templates")["name"]
        if template_id not in templates.index:
            return ""
        wanted = fold(templates[template_id])
        jobs = self._ws.xpm("jobs").sort_values("start", ascending=False, kind="stable")
        return next((str(job) for job, name in jobs["name"].items() if wanted and fold(name).startswith(wanted)), "")

    def fill_from_job(self, draft: JobDraft, job: str) -> JobDraft:
        """The draft with an existing job's cost table in the place of its own; asks XPM once. Raises NothingToFill."""
        today, tax = self._ws.today, self._ws.practice.settings.tax_percent
        lines = tuple(replace(line_from_cost(cost, today), tax_percent=tax) for cost in self._ws.jobs.read_costs(job))
        if not lines:
            raise NothingToFill(f"The job {job}")
        return replace(draft, costs=lines, removed=())

    def fill_from_catalogue(self, draft: JobDraft, cost_ids: Sequence[str], new_key: str) -> JobDraft:
        """The draft with these lines of XPM's cost catalogue added, dated like the job or today."""
        costs = self._ws.xpm("costs").loc[list(cost_ids)]
        day, tax = draft.start or self._ws.today, self._ws.practice.settings.tax_percent
        lines = [
            CostLine(
                f"{new_key}-{n}",
                day,
                row.description,
                _ONE,
                row.unit_cost,
                row.unit_price,
                code=row.code,
                tax_percent=tax,
            )
            for n, row in enumerate(costs.itertuples(), 1)
        ]
        return replace(draft, costs=(*draft.costs, *lines))

    def read_paste(self, draft: JobDraft, text: str, new_key: str) -> Pasted:
        """What pasted text holds, judged cell by cell; nothing is changed. Raises PasteUnusable."""
        day, tax = draft.start or self._ws.today, self._ws.practice.settings.tax_percent
        return read_pasted(text, day, new_key, tax)

    def presets(self, template_id: str) -> Sequence[Preset]:
        """The presets for a template and those for every one, by name."""
        return self._ws.store.presets.list(self._ws.practice_id, template_id)

    def save_preset(self, draft: JobDraft, name: str, *, for_all: bool = False) -> Preset:
        """Keep the draft's cost table under a name for its template, or for all; a former one of the name goes."""
        if not name.strip():
            raise PresetUnnamed("a name")
        if not draft.costs:
            raise PresetUnnamed("at least one cost line")
        costs = tuple(replace(line, xpm_id="", note="" if line.xpm_id else line.note) for line in draft.costs)
        content = JobDraft(costs=costs).to_json()
        template_id = "" if for_all else draft.template_id
        preset = Preset(template_id, name.strip(), content, self._ws.actor, "")
        self._ws.store.presets.save(self._ws.practice_id, preset)
        return preset

    def fill_from_preset(self, draft: JobDraft, template_id: str, name: str, new_key: str) -> JobDraft:
        """The draft with a preset's lines added, dated like the job or today. Raises UnknownPreset."""
        preset = self._ws.store.presets.get(self._ws.practice_id, template_id, name)
        day = draft.start or self._ws.today
        lines = [
            replace(line, key=f"{new_key}-{n}", date=day)
            for n, line in enumerate(JobDraft.from_json(preset.content).costs, 1)
        ]
        return replace(draft, costs=(*draft.costs, *lines))

    def rename_preset(self, template_id: str, name: str, to: str) -> None:
        """Give a preset another name. Raises UnknownPreset, PresetNameTaken, PresetUnnamed."""
        if not to.strip():
            raise PresetUnnamed("a name")
        self._ws.store.presets.rename(self._ws.practice_id, template_id, name, to.strip(), self._ws.actor)

    def delete_preset(self, template_id: str, name: str) -> None:
        """Remove a preset. Raises UnknownPreset."""
        self._ws.store.presets.delete(self._ws.practice_id, template_id, name, self._ws.actor)

    def held(self, job: str) -> tuple[CostLine, ...]:
        """The costs of a job as XPM holds them now; asks XPM once."""
        return tuple(hold_line(cost, self._ws.today) for cost in self._ws.jobs.read_costs(job))

    def edit_job(self, job: str) -> StoredDraft:
        """A draft of the costs of an existing job as XPM holds them now; asks XPM once. Raises NoSuchJob.

        One that somebody has begun already is gone on with, and keeps what was shown then.
        """
        begun = self._find_edit(job)
        return begun if begun is not None else self._ws.jobs.new_draft(self._describe_job(job))

    def edit_from_table(self, job: str, text: str) -> tuple[JobDraft, Pasted]:
        """The costs of an existing job edited by a table with their ids, and what of the table could not be read.

        Rows with the id of a cost change it, rows without one are added, costs that are not named stay. Asks XPM once;
        nothing is changed. Raises NoSuchJob, PasteUnusable.
        """
        draft = self._describe_job(job)
        pasted = read_pasted(text, self._ws.today, "added", None, draft.held)
        edited = {line.xpm_id: line for line in pasted.lines if line.xpm_id}
        kept = tuple(edited.get(line.xpm_id, line) for line in draft.held)
        return draft.with_costs((*kept, *(line for line in pasted.lines if not line.xpm_id))), pasted

    def differences(self, draft: JobDraft) -> list[Difference]:
        """Every line of a job's edited costs against what XPM held when they were read."""
        return tell_differences(draft.costs, draft.held)

    def _describe_job(self, job: str) -> JobDraft:
        """A draft of an existing job's costs, with its name and client as far as they are known; asks XPM once."""
        name, client_id = self._name_job(job)
        held = self.held(job)
        return JobDraft(client_id=client_id, name=name, existing=job, held=held, costs=held)

    def _name_job(self, job: str) -> tuple[str, str]:
        """Name and client id: as the last sync told, else as the job was created here. Raises NoSuchJob."""
        jobs = self._ws.xpm("jobs")
        if job in jobs.index:
            return str(jobs.loc[job, "name"]), str(jobs.loc[job, "client_id"])
        stored = self._ws.jobs.list_drafts()
        made = stored.loc[stored["job"].eq(job), "content"]
        if made.empty:
            raise NoSuchJob(job)
        draft = JobDraft.from_json(made.iloc[0])
        return draft.name, draft.client_id

    def _find_edit(self, job: str) -> StoredDraft | None:
        stored = self._ws.jobs.list_drafts()
        for draft_id, content in stored.loc[stored["state"].eq("draft"), "content"].items():
            if JobDraft.from_json(content).existing == job:
                return self._ws.jobs.get(str(draft_id))
        return None

    def read_again(self, draft: JobDraft) -> JobDraft:
        """The draft of an existing job's costs as XPM holds them now, without the edits; asks XPM once."""
        held = self.held(draft.existing)
        return replace(draft, held=held, costs=held, removed=())

    def lay_out_review(self, draft: JobDraft, held: Sequence[CostLine]) -> JobDraft:
        """The draft with one table of what was asked for and what the template brought, for a person's review."""
        costs = lay_out(draft.costs, draft.removed, [unhold(line) for line in held])
        return replace(draft, costs=costs, removed=(), held=tuple(held))

    def held_table(self, job: str) -> pd.DataFrame:
        """The costs of a job as XPM holds them now, index cost id, columns of a CostLine; asks XPM once."""
        lines = self.held(job)
        frame = pd.DataFrame([vars(line) for line in lines], columns=list(CostLine.__dataclass_fields__))
        return frame.set_index("xpm_id", drop=False).rename_axis("id")
