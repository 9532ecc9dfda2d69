"""Makes the demo practice out of word lists and one seed.

A *pair* is a client as both systems know it; a *piece* is work both sides know (a local task and an XPM job task);
an *entry* is time on a piece. Everything is drawn once, the problems are planted last, and only then ids are given,
so that what a reader sees in the files is in the order of the calendar.
"""
