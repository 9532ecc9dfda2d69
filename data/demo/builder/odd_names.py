"""The clients that two systems spell so differently, or so alike, that a person has to look."""

from __future__ import annotations

#: local name | XPM name: no identifier in common, yet a reader would put them together at once.
LIKELY = """
Abbott Street Cafe Pty Ltd|Abbott St Café
Bondi Junction Bike Repairs Pty Ltd|Bondi Jct Bike Repairs P/L
Clarence Engineering Services Pty Ltd|Clarence Eng. Svcs Pty Ltd
Desmond Achterberg|Achterberg, Des
Eastwood Brothers Removals Pty Ltd|Eastwood Bros Removals
Featherstone Family Trust|Fetherstone Family Trust
Katherine Oyelaran|Oyelaran, Kate
Gordon & Sylvia Pascoe|Pascoe G & S
Hollis Manufacturing Pty Ltd|Hollis Mfg P/L
Isabella Quartermaine|Quatermaine, Isabella
Jade Garden Restaurant Pty Ltd|Jade Gardens Restaurant Pty Ltd
Lachlan Prendergast|L J Prendergast
Macquarie Lane Investments Pty Ltd|Macquarie Ln Invest. P/L
North Shore Tiling Pty Ltd|Nth Shore Tiling Pty Ltd
Ochre & Ash Interiors Pty Ltd|Ochre and Ash Interior Pty Ltd
Rasmussen Family Super Fund|Rasmusen Family SMSF
Saltwater Physiotherapy Pty Ltd|Saltwater Physio P/L
Tranter Association Inc|Tranter Assoc.
Urquhart Super Fund|Urqhart Superannuation Fund
William Standish|Standish, Bill
"""

#: local name | XPM name: former names, trading names, bare initials.
POSSIBLE = """
Harbourside Gelato Pty Ltd|Gelato di Mare Pty Ltd t/as Harbourside
Inner West Cabinetmakers Pty Ltd|IW Joinery & Cabinets P/L
Old Foundry Studios Pty Ltd|Foundry Holdings (NSW) Pty Ltd
Margaret Thistlewood|Bellamy, Margaret (formerly Thistlewood)
Stonebridge Wealth Pty Ltd|Stonebridge Group Services Pty Ltd
The Paper Crane|Crane Paper Goods & Gifts
Tidewater Trading Pty Ltd|Tidewater Australia Holdings Pty Ltd
Vasquez Partners|R Vasquez & Associates
Westpoint Mechanical Pty Ltd|Westpoint Fleet Maintenance P/L
Corner Store Collective Pty Ltd|Corner Collective Ltd
"""

#: local name | first XPM name | second XPM name: both fit equally well.
TIES = """
Wei Zhang|Zhang, Wei|Zhang, Wei
Maria Santos|Santos, Maria|Santos, Maria
Bayview Developments Pty Ltd|Bayview Developments P/L|Bayview Developments Pty. Ltd.
Hughes Family Trust|The Hughes Family Trust|Hughes Family Trust
James Murphy|Murphy, James|Murphy, James
Redfern & Co|Redfern & Co.|Redfern and Co
"""

#: Clients XPM has never heard of; the most of them are new.
NEW = """
Aurora Drone Surveys Pty Ltd;Bellwether Kombucha Pty Ltd;Cassandra Ilic;Driftwood Yoga Studio
Ember & Oak Catering Pty Ltd;Finch Street Family Trust;Grand Parade Super Fund;Hyacinth Nakamura
Indigo Lane Textiles Pty Ltd;Jarrah Point Holdings Pty Ltd;Kestrel Compliance Pty Ltd;Lomond Estate Wines Pty Ltd
"""

#: Clients that only XPM has: typed there for one job, or gone from the practice's own system.
XPM_ONLY = """
Arcadia Theatre Trust|Trust|
Bannerman, Olive|Individual|
Beacon Hill Electrical Pty Ltd|Company|archived
Cartwright Family Trust|Trust|archived
Cloudburst Irrigation P/L|Company|
Dewar & Finlay|Partnership|archived
Estate of Late Agnes Muir|Estate|
Fairweather, Noel & Pam|Individual|
Gumnut Early Learning Pty Ltd|Company|
Hargraves Super Fund|SMSF|archived
Ironside Security P/L|Company|
Kurrajong Pastoral Co|Partnership|
Lacey, Theodore|Individual|archived
Mayfield Unit Trust|Unit Trust|
North Head Helicopters Pty Ltd|Company|
Ormiston, Beatrix|Individual|
Quoll Robotics Pty Ltd|Company|prospect
Ridgeback Fencing Pty Ltd|Company|archived
Stellar Sea Cruises P/L|Company|
Tamarind Thai Kitchen Pty Ltd|Company|
Underwood, Cecily|Individual|deleted
Zephyr Kites & Sails|Sole Trader|
"""

#: Clients whose link a person made or refused before the demo's day: local name | XPM name | what was decided.
DECIDED = """
Banksia & Wren (the practice)|Banksia & Wren - Internal|linked
Pearl Lagoon Swimwear Pty Ltd|Castaway Clothing Co Pty Ltd|linked
Hugh & Beverley Lamont|Lamont Retirement A/c|linked
Sunnyside Bakehouse Pty Ltd|Sunnyside Bakehouse Pty Ltd|broken
Rozelle Men's Shed Inc||excluded
"""


def split_lines(text: str) -> list[list[str]]:
    """The lines of one of the tables above, each as its cells."""
    return [line.split("|") for line in text.split("\n") if line]


def list_new() -> list[str]:
    return [name for line in NEW.split("\n") if line for name in line.split(";")]
