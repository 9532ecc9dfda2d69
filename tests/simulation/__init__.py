"""Seeded simulation of the push: the real core against the real sandbox logic, in one thread, on a virtual clock.

A seed draws a practice, hours of bad weather (lost, late and repeated answers, limits, deaths, pauses, restored
backups, people at work in XPM), then a calm in which everything must settle. Two workers run the real `core.push`
through the real `XpmClient`; only time, the network and chance are ours. The same seed gives the same history.
"""
