"""Seeded simulation of job creation: the real runs, drafts, steps and client against the real sandbox logic.

The same bad weather as the push's: lost, late and cut answers, limits, lists with gaps, deaths, pauses, restored
backups, clocks set wrong, people at work in XPM; then a calm in which every job must be whole or visibly incomplete.
"""
