"""The push: which actual time goes to XPM, and getting it there exactly once or visibly not.

Frames come in, one standing per entry comes out (`standing.py`); a plan is cut from the ready ones (`plan.py`); a run
sends it (`run.py`) through a sender and a ledger it is handed (`ports.py`); a verification reads it back (`verify.py`).

A run goes batch by batch: `allowance.py` says how much of XPM's day is left, `clearing.py` what the list right before a
batch lets through; `batch.py` carries it over lanes (`lanes.py`), in each of which `send.py` or `change.py` takes one
bundle from its durable intent to its recorded outcome; `watch.py` keeps the lease and opens the breaker in an outage.
"""
