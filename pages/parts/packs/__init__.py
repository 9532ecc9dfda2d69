"""A pack of documents: its files, its letter, its job, and handing it over."""
