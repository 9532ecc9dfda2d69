"""Pairs of names made by hand, with the reason why they are the same client, are not, or cannot be known."""

from __future__ import annotations

import pytest

from .lists import match_one

SAME = [
    ("Acacia Welding Pty Ltd", "ACACIA WELDING P/L", "short legal form, capitals"),
    ("Acacia Welding Pty Ltd", "Acacia Welding Proprietary Limited", "long legal form"),
    ("Acacia Welding Pty. Ltd.", "Acacia Welding", "legal form left out"),
    ("Acacia Welding Pty Ltd", "Acacia Wedling Pty Ltd", "two letters swapped"),
    ("Acacia Welding Pty Ltd", "Acacia Welding Pty Lyd", "mistyped legal form"),
    ("ACAC0012 - Acacia Welding Pty Ltd", "Acacia Welding Pty Ltd", "client code glued to the front"),
    ("Acacia Welding Pty Ltd (ACAC0012)", "Acacia Welding Pty Ltd", "client code glued to the end"),
    ("Quokka Family Trust", "The Trustee for the Quokka Family Trust", "trustee words in front"),
    ("Quokka F/T", "Quokka Family Trust", "slashed short form"),
    ("Tamarind Nominees Pty Ltd ATF Quokka Family Trust", "Quokka Family Trust", "the trustee named as well"),
    ("Tarlington Super Fund", "Tarlington Superannuation Fund", "super fund spelled out"),
    ("Tarlington Super Fund", "Tarlington SMSF", "super fund shortened"),
    ("Ferrier, Robert James", "Bob Ferrier", "nickname, order, middle name left out"),
    ("Ferrier, Robert James", "R J Ferrier", "initials"),
    ("Ferrier, Robert James", "Mr Robert James Ferrier", "title"),
    ("FERRIER Robert James", "Robert James Ferrier", "surname first without comma"),
    ("Ngāropo, Wīremu", "Ngaropo, Wiremu", "macrons"),
    ("D'Souza, Anita", "DSouza, Anita", "apostrophe"),
    ("Mr P & Mrs A Castellan", "Castellan, Paul and Andrea", "joint persons, initials"),
    ("Jabiru & Sons Tiling No. 2 Pty Ltd", "Jabiru and Sons Tiling II Pty Ltd", "number in Roman figures"),
    ("Landmark Tiling No Two Pty Ltd", "Landmark Tiling No. 2 Pty Ltd", "number written out"),
    ("Estate of the late Lupe Keira Hamlin", "Estate Lupe Keira Hamlin", "estate with fewer words"),
    ("Quandong Noms Pty Ltd", "Quandong Nominees Pty Limited", "shortened word of the trade"),
    ("Bunya Bros Holdings Pty Ltd T/A Jolly Cafe", "Bunya Brothers Holdings Pty Ltd", "trading name on one side"),
    ("Pardalote Chess Club Incorporated", "Pardalote Chess Club Inc.", "association"),
    ("TarlingFamilyTrust", "Tarling Family Trust", "blanks left out"),
    ("Tarling Family Trust (INACTIVE)", "Tarling Family Trust", "remark behind the name"),
    ("zz Tarling Family Trust", "Tarling Family Trust", "letters to sort it last"),
    ("Tarling Family Trust, The", "The Tarling Family Trust", "article behind the name"),
    ("Tarling &amp; Sons Pty Ltd", "Tarling & Sons Pty Ltd", "escaped ampersand"),
    ("NgÄ\x81ropo Family Trust", "Ngāropo Family Trust", "text read in the wrong encoding"),
    ("Tar1ing H0ldings Pty Ltd", "Tarling Holdings Pty Ltd", "digits for letters"),
    ("Tarling Consolidated Earthmoving and Civ", "Tarling Consolidated Earthmoving and Civil Works Pty Ltd", "cut off"),
    ("Tarling Plumbing P/L (Syd)", "Tarling Plumbing Pty Ltd", "a place behind the legal form"),
    ("Tarling Holdings Limited - 1023", "Tarling Holdings Limited", "a number as code behind a dash"),
    ("Quokka Pty Ltd", "Tarling Pty Ltd (formerly Quokka Pty Ltd)", "former name"),
    ("Tarling (Formerly Quokka) Pty Ltd", "Tarling Pty Ltd", "former name inside"),
    ("O Brien, Sean", "O'Brien, Sean", "surname written apart"),
    ("Smyth, John", "Smith, John", "surname one letter off"),
    ("Smith, Jon", "Smith, John", "given name in a shorter form"),
    ("Robert Tarling T/A Tarling Tiling", "Tarling, Robert", "a person trading under a name"),
    ("John Tarling & Mary Tarling", "J & M Tarling", "surname said twice"),
    ("Tarling Property Trust No.1", "Tarling Property Trust 1", "number behind the legal form"),
    ("van der Zwan, Pieter", "Pieter van der Zwan", "surname of several words"),
]

DIFFERENT = [
    ("Smith Family Trust", "Smith Family Super Fund", "trust and super fund"),
    ("Smith Family Trust", "Smith Family Pty Ltd", "trust and company"),
    ("Smith Family Super Fund", "Smith Family Pty Ltd", "super fund and company"),
    ("Ferrier, Robert", "Ferrier Pty Ltd", "person and company"),
    ("Ferrier, Robert James", "Estate and Trust of Ferrier Unit Trust", "person and trust"),
    ("Acacia Welding No 2 Pty Ltd", "Acacia Welding No 3 Pty Ltd", "numbers differ"),
    ("Acacia Welding Pty Ltd", "Acacia Welding No 2 Pty Ltd", "only one carries a number"),
    ("12 Station Street Pty Ltd", "14 Station Street Pty Ltd", "house numbers differ"),
    ("Castellan, Paul", "Castellan, Andrea", "two persons of one family"),
    ("Castellan, Paul", "Castellan, Peter", "two persons with one initial"),
    ("Smith, John", "Smith, Joan", "one letter makes another name"),
    ("Tarling Trust No 1", "Tarling Trust", "only one of two trusts is numbered"),
    ("Tarling Investments Pty Ltd", "Tarling Investment Trust", "company and trust of one word"),
    ("Bunya Bros Pty Ltd", "Bunya Bros Pty Ltd as trustee for Bunya Trust", "a company and the trust it acts for"),
    ("J & L Tasker Trust", "P & M Tasker Trust", "initials of other persons"),
    ("Acacia Welding Pty Ltd", "Acacia Catering Pty Ltd", "another trade"),
    ("Quokka Family Trust", "Wombat Family Trust", "another name"),
    ("Quokka Discretionary Trust", "Quokka Unit Trust", "another kind of trust"),
]

CANNOT_KNOW = [
    ("Ferrier, R", "Ferrier, Robert", "an initial fits many given names"),
    ("Quokka Family", "Quokka Family Trust", "no legal form: it may be their company"),
]


@pytest.mark.parametrize(("left", "right", "reason"), SAME, ids=[row[2] for row in SAME])
def test_one_client_spelled_two_ways_is_proposed(left: str, right: str, reason: str) -> None:
    score, band = match_one(left, right)
    assert band in ("certain", "likely"), f"{reason}: {score:.3f} {band}"


@pytest.mark.parametrize(("left", "right", "reason"), DIFFERENT, ids=[row[2] for row in DIFFERENT])
def test_different_clients_are_never_likely(left: str, right: str, reason: str) -> None:
    score, band = match_one(left, right)
    assert band not in ("certain", "likely"), f"{reason}: {score:.3f} {band}"


@pytest.mark.parametrize(("left", "right", "reason"), CANNOT_KNOW, ids=[row[2] for row in CANNOT_KNOW])
def test_what_names_cannot_tell_is_not_certain(left: str, right: str, reason: str) -> None:
    score, band = match_one(left, right)
    assert band != "certain", f"{reason}: {score:.3f}"
