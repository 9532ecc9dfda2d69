"""What people write beside their time."""

from __future__ import annotations

from random import Random

from data.demo.builder.words import list_families

_PHRASES = {
    "BAS": "Reconciled GST control account;Coded bank feed & queried {n} items;Draft BAS to client for approval"
    ";Lodged via agent portal;Chased missing tax invoices;Fuel tax credits worked out;PAYG-W tied to payroll report"
    ";Call with {who} re export sales;Review of G11 purchases;Fixed duplicated bills in Xero",
    "IAS": "PAYG withheld agreed to STP;Lodged IAS;Draft to {who} for sign off;Instalment variation considered",
    "Annual accounts": "Workpapers: fixed assets & depreciation;Bank and loan reconciliations;Div 7A loan schedule"
    ";Draft financials to partner review;Review points cleared;Journals posted;Queries sent to {who}"
    ";Debtors, creditors and accruals;Comparatives rolled forward;Trial balance imported;Lease schedule checked"
    ";Inventory count sheets from client",
    "ITR": "Prefill downloaded;Draft return;Rental schedule;Deductions questionnaire back;Lodged, NOA to follow"
    ";Reconciled prefill against payment summaries;CGT on share sales;Work-related expenses < $300 checked"
    ";Return to {who} for signature;Trust distribution resolution checked",
    "SMSF": "Contributions matched to fund bank account;Investment valuations at 30 June;Pension minimums checked"
    ";Member statements;Audit file to auditor;Trustee minutes drafted;Actuarial certificate ordered;TBAR considered"
    ";Auditor's queries answered",
    "Payroll": "Pay run {n} staff;STP filed;New starter set up;Leave balances corrected;Termination pay worked out"
    ";Super batch authorised;Timesheets imported, {n} corrections;Award rate query from {who}",
    "Bookkeeping": "Bank feeds reconciled to date;Supplier bills entered ({n});Debtor follow-up;Month end journals"
    ";Receipts from Hubdoc coded;Aged payables to {who};Petty cash;Merchant fees reconciled – Square & Stripe"
    ";Suspense cleared",
    "Super guarantee": "Quarterly super calculated;Clearing house file uploaded;Returned contribution fixed",
    "Management reports": "Report pack drafted;Commentary on gross margin;KPI dashboard updated;Pack sent to {who}"
    ";Variance to budget analysed",
    "Advisory": "Meeting with {who};Cash flow forecast;Structure advice memo;Bank finance application"
    ";Call re lease of new premises;Succession discussion",
    "ASIC annual review": "Annual statement checked & sent;Solvency resolution signed;Change of address lodged (484)",
    "Tax planning": "Estimate of tax position;Meeting prep;Super top-up options",
    "TPAR": "Contractor list cleaned;TPAR lodged",
    "FBT return": "Vehicle log books checked;Meal entertainment 50/50;FBT return lodged",
    "Payroll tax": "Monthly return NSW;Grouping considered;Annual reconciliation",
    "STP finalisation": "Year-to-date tied to GL;Finalisation declaration filed",
    "Xero support": "Bank rule set up;Training call with {who};Invoice branding fixed;Chart of accounts tidied",
    "Practice admin": "Team meeting;Inbox & filing;WIP review;Timesheets;Scanning;Staff meeting – monthly",
    "Training": "CPD webinar: trusts;Xero certification;Tax update – November;Ethics module;SMSF update",
    "Leave": "Annual leave;Personal leave;Study leave",
    "Client enquiries": "Call returned;Mail answered;ATO letter forwarded;Quick question re car allowance",
}


def draw_note(process: str, rng: Random) -> str:
    """A note as a person of the practice writes it; one in twenty is left empty."""
    if rng.random() < 0.05:
        return ""
    key = "ITR" if process.startswith("ITR") else "SMSF" if process.startswith("SMSF") else process
    phrase = rng.choice(_PHRASES[key].split(";"))
    family = rng.choice(list_families())
    return phrase.format(n=rng.randrange(2, 19), who=family[1 + rng.randrange(2)].split()[0])
