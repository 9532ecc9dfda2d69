"""The unattended side: takes queued runs and carries them out, with or without a browser open.

A run is queued as a row of our own store, in the same transaction as whatever asked for it. The worker turns queued
rows into durable workflows; what a dead worker had in hand goes on with another one. What makes a push exactly-once is
our ledger, not the engine.
"""

from core.work.beats import Beating, Watch, is_gone, name_owner, take_back_runs
from core.work.perform import perform_run
from core.work.worker import Worker

__all__ = ["Beating", "Watch", "Worker", "is_gone", "name_owner", "perform_run", "take_back_runs"]
