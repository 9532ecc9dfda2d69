"""Other people's tools for the same task, run as their documentation shows: one tool and one pair of lists a process.

`python -m tests.benchmarks.peers TOOL FOLDER --variant SETTING --out PAIRS.csv` reads left.csv and right.csv, matches
them, writes the best partner of each left record (columns `lists.PAIR_COLUMNS`) and prints what it cost as one line of
JSON. It runs in the interpreter that has the tool: the peers need an older pandas than ours, so nothing here but
`ours` may import from core.
"""
