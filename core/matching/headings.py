"""Which row of a file is its header, and which heading was probably meant when a column is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: Rows above the header that may hold a title.
_TITLE_ROWS = 20
#: Columns of which one must be there to call a record by.
_NAMING = {"name", "given_name", "email"}
#: What practices call a column, without case, blanks and punctuation; besides the column's own name.
_ALIASES = {
    "id": ("uuid", "guid", "key", "number", "no", "ref", "reference", "code", "identifier"),
    "name": ("client", "company", "customer", "employee", "staff", "staffmember", "person", "contact", "description"),
    "email": ("emailaddress", "mail", "mailaddress"),
    "phone": ("mobile", "telephone", "tel", "phonenumber", "phoneno", "mobilenumber", "mobileno", "cell"),
    "tax_no": ("abn", "ird", "irdno", "irdnumber", "taxnumber", "gstnumber", "gstno", "vatnumber", "nzbn", "utr"),
    "company_no": ("acn", "companynumber", "crn", "registrationnumber"),
    "code": ("clientcode", "accountcode"),
    "entity_type": ("entity", "businessstructure", "structure", "clienttype"),
    "client": ("clientname", "customer"),
    "job_name": ("job", "jobtitle"),
    "job_no": ("jobnumber", "jobid"),
    "given_name": ("firstname", "forename", "givennames"),
    "surname": ("lastname", "familyname"),
    "street": ("address", "addressline1", "streetaddress", "address1"),
    "suburb": ("town", "city"),
    "postcode": ("zip", "zipcode", "postalcode"),
    "state": ("region", "province"),
    "dob": ("dateofbirth", "birthdate", "birthday"),
}


def tidy_heading(heading: str) -> str:
    """A heading as columns are called: lower case, "Tax No." and "tax-no" as tax_no, "E-mail" as email."""
    plain = re.sub(r"[^\w]+", "_", heading.strip().lower()).strip("_")
    return "email" if plain == "e_mail" else plain


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row that names id and name, or what stands for a name; the first when no row near it does."""
    for place, row in enumerate(rows[:_TITLE_ROWS]):
        named = {tidy_heading(cell) for cell in row}
        if "id" in named and named & _NAMING:
            return place
    return 0


def suggest_headings(column: str, headings: Iterable[str]) -> list[str]:
    """The headings that a column most likely hides behind, at most three."""
    rated = [(_rate(column, heading), heading) for heading in headings]
    best = max((rate for rate, _ in rated), default=0)
    return [heading for rate, heading in rated if rate == best and best][:3]


def find_column(heading: str, columns: Iterable[str]) -> str:
    """The column that a heading is another name of; empty when there is none."""
    squeezed = _squeeze(heading)
    return next((column for column in columns if squeezed in (_squeeze(column), *_ALIASES.get(column, ()))), "")


def _rate(column: str, heading: str) -> int:
    words = re.findall(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+", heading)
    lower = [word.lower() for word in words]
    if lower and lower[-1] == column:
        return 3
    if column in lower or _squeeze(heading).endswith(column):
        return 2
    return 1 if {_squeeze(heading), *lower} & set(_ALIASES.get(column, ())) else 0


def _squeeze(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.lower())
