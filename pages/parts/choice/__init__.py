"""Which Actual Times: the form, the saved choices, and their words."""
