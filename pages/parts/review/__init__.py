"""The review of links: one implementation for clients, staff, processes and tasks."""
