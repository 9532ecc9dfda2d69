"""Invented people, businesses and addresses of Australia and New Zealand, built from word lists and a random generator.

All of it is made up: e-mail addresses end in `.example`, telephone numbers use the ranges kept for fiction, and
registration numbers only have the right shape and check digits.
"""

from __future__ import annotations

import unicodedata
from random import Random


def _list(words: str, separator: str | None = None) -> list[str]:
    return words.split(separator)


GIVEN = _list(
    "Aroha Ben Charlotte Dev Emily Finn Grace Hemi Isla Jack Kiri Liam Mere Noah Olivia Priya Quentin Ruby Sione Tane "
    "Ursula Vikram Wiremu Xavier Yasmin Zoe Amelia Angus Anika Ari Bronwyn Callum Chen Daisy Declan Eru Fatima Georgia "
    "Hana Harriet Hugo Imogen Jasmine Joshua Kahu Kate Lachlan Leilani Lucy Manaia Marcus Matilda Mei Mia Nikau Oscar "
    "Patrick Poppy Rangi Rebecca Rohan Rose Ryan Sarah Shane Sofia Stephen Tamati Tessa Thomas Tui Vivienne William "
    "Māia Anahera Piripi Margaret Robert Elizabeth Catherine Michael Anthony Christine"
)

FAMILY = _list(
    "Ngata Okafor Smith Nguyen Williams Patel Brown Tamahori O'Brien Singh Taylor Wilson Parata Chen Anderson Kaur "
    "Thompson White Martin McDonald Te-Kanawa Harris Clark Lee Walker Rangihuna Robinson Young Khan Wright Mitchell "
    "Campbell Fraser Henare King Scott Baker Adams Hohepa Murphy Kelly Cooper Ward Morrison Bennett Gray Hughes "
    "Edwards Stewart Wood Tūroa Sharma Ross Henderson Fifita Papalii Leota Costa Rossi Papadopoulos Kowalski Novak "
    "van-der-Merwe Sutherland MacKenzie Pōtae Whitaker Burgess Abernathy Fleming Gallagher Hargreaves Ishikawa "
    "Jamieson Lombardi Fitzgerald Pemberton Waititi Yamamoto Zhang Harrison Carmichael Donaldson"
)

PLACE = _list(
    "Kowhai Rimu Tui Tawa Rata Totara Weka Kea Pukeko Harbour Southern Northern Coastal Ridgeline Summit Riverbend "
    "Lakeside Bayside Hilltop Westgate Eastbrook Wattle Banksia Jarrah Ironbark Kookaburra Coral Cove Gumtree Yarra "
    "Swan Otago Waikato Tasman Capital Central Pacific Peninsula Redgum Silverfern Bluewater Greenstone Goldfields "
    "Saltbush Whakatū Ōtaki Manawatū Mulga Pōhutukawa Coolabah Billabong Stringybark Fernleigh Glenmore Rosedale"
)

TRADE = _list(
    "Plumbing;Electrical;Bakery;Dairy;Transport;Builders;Landscaping;Physiotherapy;Dental;Joinery;Roofing;Concrete;"
    "Engineering;Consulting;Design;Media;Software;Orchards;Vineyards;Fisheries;Motors;Panel & Paint;Cleaning;Security;"
    "Property;Investments;Holdings;Developments;Farms;Pharmacy;Veterinary;Cafe;Catering;Hair & Beauty;Fitness;"
    "Childcare;Scaffolding;Painting;Surveying;Logistics;Imports;Timber;Steel;Solar;Tyres;Earthmoving;Hospitality",
    ";",
)

CITIES_NZ = (
    ("Auckland", "1010"),
    ("Napier", "4110"),
    ("Wellington", "6011"),
    ("Christchurch", "8011"),
    ("Dunedin", "9016"),
    ("Hamilton", "3204"),
    ("Nelson", "7010"),
    ("Tauranga", "3110"),
)
CITIES_AU = (
    ("Sydney", "NSW", "2000"),
    ("Melbourne", "VIC", "3000"),
    ("Brisbane", "QLD", "4000"),
    ("Perth", "WA", "6000"),
    ("Adelaide", "SA", "5000"),
    ("Hobart", "TAS", "7000"),
    ("Geelong", "VIC", "3220"),
    ("Newcastle", "NSW", "2300"),
)
STREETS = _list(
    "High Street;Station Road;Queen Street;Beach Road;Church Street;Mill Lane;George Street;Victoria Avenue", ";"
)


def spell(word: str) -> str:
    """A list's word as it is written: hyphens in the lists stand for blanks."""
    return word.replace("-", " ")


def draw_person(rng: Random) -> tuple[str, str]:
    """Given and family name."""
    return rng.choice(GIVEN), spell(rng.choice(FAMILY))


def draw_uuid(rng: Random) -> str:
    """A random (version 4) UUID from this generator, lower case."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[rng.getrandbits(2)]}{text[17:20]}-{text[20:]}"


def make_email(*words: str, host: str = "") -> str:
    """An address under `.example`, of plain letters only."""
    box, place = ".".join(filter(None, map(fold, words))), fold(host) or "mail"
    return f"{box}@{place}.example"


def fold(text: str) -> str:
    """The plain letters and digits of a name, without accents and in lower case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(filter(str.isalnum, plain)).lower()


def draw_abn(rng: Random) -> str:
    """Eleven digits whose first two are the check digits of the rest (Australian Business Number)."""
    tail = [rng.randrange(10) for _ in range(9)]
    check = 99 - sum(digit * weight for digit, weight in zip(tail, range(3, 21, 2), strict=True)) % 89
    return f"{check:02d}{''.join(map(str, tail))}"


def draw_acn(rng: Random) -> str:
    """Nine digits, the last of them the check digit (Australian Company Number)."""
    head = [rng.randrange(10) for _ in range(8)]
    return "".join(map(str, head)) + str(-sum(digit * (8 - at) for at, digit in enumerate(head)) % 10)


def draw_digits(rng: Random, count: int) -> str:
    """That many digits, the first of them not zero."""
    return str(rng.randrange(10 ** (count - 1), 10**count))
