"""The people and businesses of the demo practice. All of them are invented."""

from __future__ import annotations

#: Family name | first person | second person | which records the family has | its trade.
#: A, B: the persons; J: the couple; T: family trust; F: super fund; C: family company; O: trading company;
#: H: holding company and its "No 2"; I: investment company; U: unit trust; P: partnership; E: estate; S: sole trader.
FAMILIES = """
Smith|Alan Geoffrey|Judith Anne|ABTFCO|Plumbing
Smith|Kevin Roy|Tracey Lee|JTF|Signs
Nguyen|Minh Duc|Thi Lan|ABTFO|Bakery
Nguyen|Van Hai|Kim Oanh|JT|Seafood
Papadopoulos|Con|Eleni|ATFOI|Joinery
Rossi|Marco|Giulia|ABTFU|Terrazzo
O'Sullivan|Declan John|Maeve|JTFC|Electrical
Hartigan|Peter James|Lorraine|ABPTF|Roofing
Chen|Wei|Xiu Ying|JTFH|Imports
Chen|Li Na|Bo|AJT|Design
MacGregor|Fiona Jean|Ross|ABTF|Veterinary
Kowalski|Stefan|Danuta|ABTFO|Concrete
Haddad|Elias|Rima|JTFC|Pharmacy
Patel|Rakesh|Meena|ABTFH|Newsagency
Williams|Gareth|Bronwyn|ABTF|Surveying
Williamson|Gary|Bronwen|AT|Carpentry
Brown|Stephen Paul|Karen|JTFS|Landscapes
Browne|Stephanie|Carl|AF|Photography
Tanaka|Kenji|Yumi|ATFO|Ceramics
D'Angelo|Vince|Carmela|ABPTF|Fruit
Fitzpatrick|Brendan|Colleen|JTFC|Haulage
Singh|Harjit|Manpreet|ABTFO|Transport
Singh|Gurpreet|Amandeep|AS|Couriers
Le Brocq|Philippe|Anne-Marie|ABTF|Wines
Taufa|Sione|Mele|ABTO|Scaffolding
Ng|Siew Ling|Boon|JTF|Dental
van der Merwe|Pieter|Annelie|ABTFI|Engineering
Cooper|Helen Margaret|Douglas|ABTFE|Antiques
Katz|Miriam|David|JTFI|Property
Abernathy|Ruth|Colin|ATFE|Books
Delgado|Rosa|Luis|AJS|Cleaning
Whitlock|Simon|Petra|ABTFC|Architecture
Osei|Kwame|Abena|ATO|Logistics
Lindqvist|Erik|Saga|ABTF|Furniture
Moretti|Paolo|Sandra|JTFU|Espresso
Farrugia|Charlie|Doris|ABPF|Poultry
Jankowski|Adam|Ewa|AT|Motors
Bhatt|Anil|Sunita|JTFO|Software
Thornton|Graham Neil|Jill|ABTF|Marine
Thorn|Graeme|Gillian|AT|Florist
Yildiz|Mehmet|Ayse|JTO|Kebabs
Campbell|Ian|Moira|ABTFH|Timber
Dlamini|Thandi|Sipho|AT|Catering
Ferreira|Joao|Ines|JTF|Tiles
Gallagher|Niamh|Tom|ABTS|Physiotherapy
"""

#: Businesses that belong to no family of the list; the kind follows from the ending.
FIRMS = """
Annandale Automotive Pty Ltd;Balmain Boat Builders Pty Ltd;Banksia Street Childcare Pty Ltd;Bay Run Physio Pty Ltd
Birchgrove Books Pty Ltd;Black Cockatoo Brewing Pty Ltd;Callan Park Nursery Pty Ltd;Camperdown Cycles Pty Ltd
Cooks River Canoes Pty Ltd;Coral Tree Early Learning Pty Ltd;Darling Street Dental Pty Ltd;Dulwich Hill Doors Pty Ltd
Enmore Audio Pty Ltd;Five Dock Fasteners Pty Ltd;Glebe Point Gallery Pty Ltd;Goods Line Media Pty Ltd
Green Catbird Consulting Pty Ltd;Haberfield Pasta Company Pty Ltd;Harbour Lights Electrical Pty Ltd
Hawthorne Canal Kayaks Pty Ltd;Iron Cove Engineering Pty Ltd;Iron Cove Engineering No 2 Pty Ltd
Johnston Creek Joinery Pty Ltd;Kangaroo Paw Floristry Pty Ltd;King Street Records Pty Ltd;Lilyfield Legal Pty Ltd
Long Nose Point Marine Services Pty Ltd;Marrickville Metal Works Pty Ltd;Mort Bay Timber Pty Ltd
Newtown Noodle House Pty Ltd;Norton Street Optical Pty Ltd;Parramatta Road Panel & Paint Pty Ltd
Petersham Pastry Pty Ltd;Pyrmont Packaging Pty Ltd;Red Bottlebrush Films Pty Ltd;Rozelle Refrigeration Pty Ltd
Sandstone Surveyors Pty Ltd;Snails Bay Swim School Pty Ltd;Stanmore Stonemasons Pty Ltd;Summer Hill Solar Pty Ltd
Tempe Tyres Pty Ltd;Three Tuns Hospitality Pty Ltd;Ultimo Uniforms Pty Ltd;Victoria Road Vets Pty Ltd
Waratah Window Cleaning Pty Ltd;White Bay Welding Pty Ltd;Wolli Creek Woodfired Pizza Pty Ltd
Yellow Robin Landscapes Pty Ltd;Zetland Zinc Roofing Pty Ltd;Blue Gum Bookkeeping Pty Ltd
Silver Gull Charters Pty Ltd;Silver Gull Holdings Pty Ltd;Silver Gull Holdings No 2 Pty Ltd
Pohutukawa Exports Limited;Tui Street Trading Limited;Aoraki Alpine Gear Limited
Balmain East Bowling Club Inc;Leichhardt Saturday Football Club Inc;Annandale Community Orchestra Inc
Inner West Toy Library Inc;Drummoyne Sailing Club Inc;Glebe Chess Society Inc
Harbour Street Unit Trust;Mort Bay Property Unit Trust;Old Canal Road Unit Trust
Lane & Okafor Partnership;Wharf Road Medical Partnership
"""

TOWNS = (
    ("Balmain", "2041"),
    ("Rozelle", "2039"),
    ("Leichhardt", "2040"),
    ("Annandale", "2038"),
    ("Glebe", "2037"),
    ("Newtown", "2042"),
    ("Marrickville", "2204"),
    ("Petersham", "2049"),
    ("Haberfield", "2045"),
    ("Drummoyne", "2047"),
    ("Ashfield", "2131"),
    ("Stanmore", "2048"),
)
STREETS = ("Wattle Street", "Ferry Lane", "Old Quarry Road", "Jetty Street", "Bellbird Avenue", "Slipway Road")


def list_families() -> list[list[str]]:
    """The families as [surname, first person, second person, letters, trade]."""
    return [line.split("|") for line in FAMILIES.split("\n") if line]


def list_firms() -> list[str]:
    return [name for line in FIRMS.split("\n") if line for name in line.split(";")]
