"""What the client lists of an accounting practice are made of: people, groups of clients, ways to write them, slips."""
