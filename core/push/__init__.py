"""The push: which actual time goes to XPM, and getting it there exactly once or visibly not.

Frames come in, one standing per entry comes out (`standing.py`); a plan is cut from the ready ones (`plan.py`); a run
sends it (`run.py`) through a sender and a ledger it is handed (`ports.py`); a verification reads it back (`verify.py`).
"""
