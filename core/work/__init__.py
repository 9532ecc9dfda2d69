"""The unattended side: takes queued runs and carries them out, with or without a browser open.

A run is queued as a row of our own store, in the same transaction as whatever asked for it. The worker turns queued
rows into durable workflows; the engine behind them gives back runs that a killed process left behind. What makes a
push exactly-once is our ledger, not the engine.
"""

from core.work.perform import perform_run
from core.work.worker import Worker, is_dead_command, name_command

__all__ = ["Worker", "is_dead_command", "name_command", "perform_run"]
