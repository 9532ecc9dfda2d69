"""A faithful local Xero Practice Manager 3.1, for the demo, for rehearsals and for tests.

It is an independent reading of the public documentation: it imports nothing else of Tieout, so that a
misreading on one side cannot hide a misreading on the other.
"""
