"""How practices in Australia, New Zealand and Britain write work: kinds, whom it is for, stages, periods.

Written from general knowledge of the trade for the lists of `work_lists`, apart from the tables in
`core/matching/data`, so that a wording those lack shows as a figure and not only to a user.
"""

from __future__ import annotations

import random
from calendar import month_abbr, month_name
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

#: Kind -> ways to write it; those of a country stand under "au:", "nz:" or "uk:".
KINDS: dict[str, list[str]] = {
    "au:bas": ["BAS", "Business Activity Statement", "Activity Statement", "BAS Return", "BAS / GST", "B.A.S."],
    "au:ias": ["IAS", "Instalment Activity Statement", "IAS - PAYGW", "Instalment Act Stmt"],
    "nz:gst": ["GST", "GST Return", "GST101", "GST Rtn", "Goods & Services Tax Return", "GST returns"],
    "uk:vat": ["VAT", "VAT Return", "VAT Rtn", "MTD VAT", "MTD VAT Return", "VAT100"],
    "accounts": ["Annual Accounts", "Financial Statements", "Year End Accounts", "Fin Stmts", "Annual Financials",
                 "Year-end financials", "Accounts Preparation", "F/S", "Statutory accounts", "YE Accts", "Financials"],
    "au:fbt": ["FBT", "FBT Return", "Fringe Benefits Tax", "FBT Rtn", "Fringe Benefit Tax Return"],
    "nz:fbt": ["FBT", "FBT Return", "Fringe Benefit Tax"],
    "au:payroll": ["Payroll", "Pay run", "Payroll processing", "Wages", "Payroll & STP", "Process payroll"],
    "nz:payroll": ["Payroll", "PAYE", "Payday filing", "Wages", "Payroll / PAYE", "Employer monthly schedule"],
    "uk:payroll": ["Payroll", "PAYE", "RTI submission", "Payroll & RTI", "Wages", "Monthly payroll"],
    "au:stp": ["STP Finalisation", "Single Touch Payroll finalisation", "STP EOFY finalisation", "STP finalise"],
    "au:tpar": ["TPAR", "Taxable Payments Annual Report", "Taxable Payments Report", "Contractor payments report"],
    "au:asic": ["ASIC Annual Review", "ASIC", "Annual Company Statement", "ASIC annual statement", "Corp Sec",
                "Corporate Compliance"],
    "nz:asic": ["Annual Return", "Companies Office Annual Return", "Companies Office", "Company annual return"],
    "uk:asic": ["Confirmation Statement", "CS01", "Companies House confirmation statement", "Conf Stmt",
                "Company secretarial"],
    "au:super": ["Super Guarantee", "SG", "Superannuation Guarantee", "Quarterly super", "Super payment", "SGC"],
    "au:smsf audit": ["SMSF Audit", "Super fund audit", "Audit - SMSF", "SMSF independent audit"],
    "audit": ["Audit", "Statutory audit", "Annual Audit", "External audit", "Audit & assurance"],
    "au:land tax": ["Land Tax", "Land tax return", "Land Tax Assessment", "Land tax review"],
    "au:payroll tax": ["Payroll Tax", "Payroll tax reconciliation", "Annual payroll tax", "State payroll tax"],
    "au:workcover": ["Workcover", "Workers Comp", "Workers Compensation", "WorkCover wages declaration"],
    "nz:acc": ["ACC", "ACC levies", "ACC levy review", "ACC CoverPlus"],
    "nz:provisional tax": ["Provisional Tax", "Prov Tax", "Provisional tax estimate", "Prov tax reminder"],
    "nz:rwt": ["RWT", "Resident Withholding Tax", "RWT return", "IR15"],
    "nz:ail": ["AIL", "Approved Issuer Levy", "AIL return"],
    "uk:p11d": ["P11D", "P11D Benefits", "Benefits in kind", "P11D & Class 1A"],
    "uk:cis": ["CIS", "CIS Return", "Construction Industry Scheme", "CIS300", "CIS monthly return"],
    "uk:cgt": ["CGT", "Capital gains tax return", "CGT on property", "60 day CGT report"],
    "au:cgt": ["CGT", "Capital Gains Tax", "CGT calculation", "Capital gains"],
    "au:payg": ["PAYG Instalment", "PAYGI", "PAYG Instalments", "PAYG variation"],
    "bookkeeping": ["Bookkeeping", "Book-keeping", "Bkpg", "Bank reconciliation", "Bank recs", "Books",
                    "Bookkeeping services", "Reconcile bank accounts"],
    "management accounts": ["Management Accounts", "Mgmt accounts", "Management reports", "Mgt reporting",
                            "Monthly management reporting", "Board pack", "Management reporting"],
    "budget": ["Budget", "Budgeting", "Cashflow forecast", "Cash flow forecasting", "Budgets & forecasts", "Forecast"],
    "advisory": ["Advisory", "Business Advisory", "Consulting", "Ad hoc advice", "General advice", "Advice",
                 "Tax advice", "Business consulting"],
    "tax planning": ["Tax Planning", "Pre year end tax planning", "Tax plan", "Year End Planning", "EOFY tax planning"],
    "meeting": ["Meetings", "Client meeting", "Meeting", "Annual client meeting", "Planning meeting", "Catch up"],
    "admin": ["Admin", "Administration", "General admin", "Office admin", "Practice administration"],
    "onboarding": ["Onboarding", "New client setup", "Client onboarding", "New client", "New client onboarding",
                   "Client set up", "Take-on"],
    "correspondence": ["ATO correspondence", "Tax office correspondence", "Mail", "Correspondence", "Notices"],
    "travel": ["Travel", "Travel time", "Travelling"],
    "training": ["Training", "CPD", "Professional development", "Staff training", "Internal training"],
    "software": ["Software support", "Xero support", "Xero setup", "Software training", "Xero implementation"],
    "valuation": ["Valuation", "Business valuation", "Valuations"],
    "entity setup": ["Company formation", "Entity setup", "Incorporation", "New company setup", "Trust setup"],
    "finance": ["Loan application", "Finance application", "Lending", "Finance support"],
    "estate": ["Estate planning", "Succession planning", "Estate & succession"],
    "grants": ["R&D claim", "R&D tax incentive", "Research and development claim"],
    "gold": ["Gold package", "Gold", "Gold pack"],
    "compass": ["Compass report", "Compass", "Compass reporting"],
    "leave": ["Leave", "Annual leave", "Holidays"],
    "dividend": ["Dividend statements", "Dividends", "Dividend paperwork"],
    "liquidation": ["Deregistration", "Company deregistration", "Strike off", "Winding up"],
    "amendment": ["Amended return", "Amendments", "Amended assessment"],
}  # fmt: skip

#: Whom a tax return is for, per country: ways to write such a return.
RETURNS: dict[str, dict[str, list[str]]] = {
    "au": {
        "": ["Tax Return", "Income Tax Return", "ITR", "Tax Rtn", "Income tax", "Tax returns"],
        "individual": ["Individual Tax Return", "ITR - Individual", "IITR", "Individual ITR", "Personal Tax Return",
                       "Tax Return (Ind)", "Tax return - individuals", "Indiv Tax Rtn"],
        "company": ["Company Tax Return", "ITR - Company", "CTR", "Tax Return - Co", "Co Tax Return", "Company ITR",
                    "Tax return (company)"],
        "trust": ["Trust Tax Return", "ITR - Trust", "TTR", "Tax Return (Trust)", "Trust ITR", "Tax return - trusts"],
        "partnership": ["Partnership Tax Return", "ITR - Partnership", "PTR", "Tax Return - Pship", "Partnership ITR"],
        "smsf": ["SMSF Annual Return", "SMSF Tax Return", "ITR - SMSF", "Super Fund Return", "SAR",
                 "SMSF Compliance", "Super fund annual compliance"],
    },
    "nz": {
        "": ["Tax Return", "Income Tax Return", "Tax Rtn", "Income tax", "IR return"],
        "individual": ["IR3", "IR3 Individual", "Individual Tax Return", "IR3 - Tax return", "Personal tax return"],
        "company": ["IR4", "IR4 Company", "Company Tax Return", "Tax return - Company"],
        "trust": ["IR6", "IR6 Trust", "Trust Tax Return", "Estate or trust return IR6"],
        "partnership": ["IR7", "IR7 Partnership", "Partnership Tax Return", "LTC return IR7"],
    },
    "uk": {
        "": ["Tax Return", "Tax Rtn", "Tax returns"],
        "individual": ["SA100", "Self Assessment", "Personal Tax Return", "SATR", "Self-assessment tax return", "SA"],
        "company": ["CT600", "Corporation Tax Return", "Corp tax", "Company Tax Return", "CT return"],
        "partnership": ["SA800", "Partnership Tax Return", "Partnership return"],
        "trust": ["SA900", "Trust Tax Return", "Trust & estate return"],
    },
}  # fmt: skip

#: How often: words before or behind a kind.
OFTEN: dict[str, list[str]] = {
    "month": ["Monthly", "Mthly", "(Monthly)", "- Monthly"],
    "quarter": ["Quarterly", "Qtrly", "(Qtr)", "- Quarterly", "Qtr"],
    "year": ["Annual", "Yearly", "- Annual", "(Annually)"],
    "week": ["Weekly", "(Weekly)", "- Weekly"],
    "fortnight": ["Fortnightly", "F/nightly", "- Fortnightly"],
}

#: Stage -> ways to write it as an XPM job task and as a colleague does.
STAGES: dict[str, list[str]] = {
    "request": ["Info request", "Request information", "Records in", "Request records", "Information request",
                "Query list", "Awaiting info", "Collect records"],
    "prepare": ["Prep", "Preparation", "Prepare", "Workpapers", "Draft", "Process", "Compile", "W/papers",
                "Working papers", "Data entry"],
    "reconcile": ["Reconcile", "Bank rec", "Reconciliation", "Reconcile accounts"],
    "manager review": ["Manager review", "Mgr review", "Manager Rev", "Senior review", "Mgr check"],
    "partner review": ["Partner review", "Ptr review", "Director review", "Principal review", "Final review"],
    "review": ["Review", "Check", "Rev", "QA review", "Review", "Manager review", "Mgr review", "Partner review",
               "Final review"],
    "sign": ["Signing", "Client signature", "Send for signing", "Client approval", "FuseSign", "Sign off"],
    "lodge": ["Lodge", "Lodgement", "Lodgment", "Submit", "File", "E-lodge", "Lodge with ATO", "Filing"],
    "bill": ["Invoice", "Billing", "Raise invoice", "Bill client", "Invoicing"],
    "meeting": ["Meeting", "Client meeting", "Meet client"],
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """A period and how long it is: year, half, quarter, two months, month or week."""

    start: date
    end: date
    length: str


def end_of(year: int, month: int) -> date:
    """The last day of a month; months beyond 12 belong to later years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def make_span(last_year: int, last_month: int, months: int, length: str) -> Span:
    """The months that end with that month."""
    end = end_of(last_year, last_month)
    first = end.year * 12 + end.month - months
    return Span(date(first // 12, first % 12 + 1, 1), end, length)


Writer = Callable[[Span, int], str]


def _yy(day: date) -> str:
    return f"{day.year % 100:02d}"


def _fy(span: Span, year_end: int) -> int:
    """The year in which the financial year ends that the span lies in."""
    return span.end.year + (1 if span.end.month > year_end else 0)


def _number(span: Span, year_end: int, months: int) -> int:
    return ((span.end.month - 1 - year_end) % 12) // months + 1


def _sep(day: date) -> str:
    return "Sept" if day.month == 9 else month_abbr[day.month]


YEARS: list[Writer] = [
    lambda s, _: f"FY{_yy(s.end)}",
    lambda s, _: f"FY{s.end.year}",
    lambda s, _: f"{s.end.year}",
    lambda s, _: f"{s.end.year - 1}/{_yy(s.end)}",
    lambda s, _: f"{s.end.year - 1}-{_yy(s.end)}",
    lambda s, _: f"FY{s.end.year - 1}/{_yy(s.end)}",
    lambda s, _: f"FY {s.end.year % 100 - 1}/{_yy(s.end)}",
    lambda s, _: f"YE {s.end.day} {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"y/e {s.end.day}.{s.end.month}.{_yy(s.end)}",
    lambda s, _: f"Y/E {s.end:%d/%m/%Y}",
    lambda s, _: f"Year ended {s.end.day} {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"{s.end.day} {month_abbr[s.end.month]} {_yy(s.end)}",
    lambda s, _: f"{s.end.day} {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"{s.end:%d/%m/%Y}",
    lambda s, _: f"YE {month_abbr[s.end.month]}{_yy(s.end)}",
    lambda s, _: f"YE{_yy(s.end)}",
    lambda s, _: f"{s.end.year}FY",
    lambda s, _: f"'{_yy(s.end)}",
    lambda s, _: f"{month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"{s.end.year} year",
    lambda s, _: f"FYE {month_abbr[s.end.month]}-{_yy(s.end)}",
    lambda s, _: f"F{_yy(s.end)}",
    lambda s, _: f"{_yy(s.end)}",
    lambda s, _: f"{_yy(s.end)}",
]
QUARTERS: list[Writer] = [
    lambda s, y: f"Q{_number(s, y, 3)} FY{_yy(date(_fy(s, y), 1, 1))}",
    lambda s, y: f"Q{_number(s, y, 3)} {_fy(s, y)}",
    lambda s, y: f"Q{_number(s, y, 3)} {_fy(s, y) - 1}/{_fy(s, y) % 100:02d}",
    lambda s, y: f"{_number(s, y, 3)}Q{_fy(s, y) % 100:02d}",
    lambda s, y: f"{_number(s, y, 3)}QFY{_fy(s, y) % 100:02d}",
    lambda s, y: f"FY{_fy(s, y) % 100:02d} Q{_number(s, y, 3)}",
    lambda s, y: f"{_fy(s, y)}-Q{_number(s, y, 3)}",
    lambda s, y: f"Qtr {_number(s, y, 3)} {_fy(s, y)}",
    lambda s, y: f"Quarter {_number(s, y, 3)} FY{_fy(s, y)}",
    lambda s, y: f"FY{_fy(s, y) % 100:02d}Q{_number(s, y, 3)}",
    lambda s, _: f"{month_abbr[s.end.month]}-{_yy(s.end)} Qtr",
    lambda s, _: f"{_sep(s.end)} Qtr {s.end.year}",
    lambda s, _: f"{month_name[s.end.month]} {s.end.year} Quarter",
    lambda s, _: f"{month_name[s.end.month]} Quarter {s.end.year}",
    lambda s, _: f"{month_abbr[s.end.month]}{_yy(s.end)} Q",
    lambda s, _: f"QE {month_abbr[s.end.month]} {_yy(s.end)}",
    lambda s, _: f"Q/E {s.end.day} {month_abbr[s.end.month]} {s.end.year}",
    lambda s, _: f"Quarter ended {s.end.day} {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"Qtr ending {s.end:%d/%m/%y}",
]
#: For periods of some months: quarters, half years and the two months of New Zealand's GST.
SPANS: list[Writer] = [
    lambda s, _: f"{month_abbr[s.start.month]} - {month_abbr[s.end.month]} {s.end.year}",
    lambda s, _: f"{month_abbr[s.start.month]}-{month_abbr[s.end.month]} {_yy(s.end)}",
    lambda s, _: f"{month_name[s.start.month]} to {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"{month_abbr[s.start.month]}/{month_abbr[s.end.month]} {_yy(s.end)}",
    lambda s, _: f"{month_abbr[s.start.month]} {_yy(s.start)} - {month_abbr[s.end.month]} {_yy(s.end)}",
    lambda s, _: f"P/E {s.end.day} {month_abbr[s.end.month]} {s.end.year}",
    lambda s, _: f"period ended {s.end:%d/%m/%Y}",
]
MONTHS: list[Writer] = [
    lambda s, _: f"{month_abbr[s.end.month]} {s.end.year}",
    lambda s, _: f"{month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"{month_abbr[s.end.month]}{_yy(s.end)}",
    lambda s, _: f"{month_abbr[s.end.month]}-{_yy(s.end)}",
    lambda s, _: f"{_sep(s.end)} '{_yy(s.end)}",
    lambda s, _: f"{s.end:%m/%Y}",
    lambda s, _: f"{s.end:%Y-%m}",
    lambda s, _: f"Month ended {s.end.day} {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"ME {s.end:%d/%m/%y}",
    lambda s, y: f"M{_number(s, y, 1):02d} FY{_fy(s, y) % 100:02d}",
    lambda s, y: f"P{_number(s, y, 1):02d} {_fy(s, y)}",
    lambda s, y: f"Mth {_number(s, y, 1)} FY{_fy(s, y)}",
    lambda s, y: f"Period {_number(s, y, 1)} {_fy(s, y) - 1}/{_fy(s, y) % 100:02d}",
]
WEEKS: list[Writer] = [
    lambda s, _: f"W/E {s.end:%d/%m/%Y}",
    lambda s, _: f"w/e {s.end.day} {month_abbr[s.end.month]} {_yy(s.end)}",
    lambda s, _: f"week ending {s.end.day} {month_name[s.end.month]} {s.end.year}",
    lambda s, _: f"{s.end:%d.%m.%y}",
    lambda s, _: f"WE {s.end.day} {month_abbr[s.end.month]} {s.end.year}",
    lambda s, _: f"{s.end.day} {month_abbr[s.end.month]} {s.end.year}",
]
WRITERS: dict[str, list[Writer]] = {
    "year": YEARS,
    "half": SPANS,
    "quarter": QUARTERS + SPANS[:-2],
    "two months": SPANS,
    "month": MONTHS,
    "week": WEEKS,
}


def mistype(chance: random.Random, text: str) -> str:
    """One slip of the fingers inside a longer word; the text as it is when it has none."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word, at = words[place], chance.randrange(1, len(words[place]) - 2)
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    words[place] = chance.choice(slips)
    return " ".join(words)
