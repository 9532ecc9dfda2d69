"""The demo practice: local files, the practice's settings and the sandbox's seed, with the builder that wrote them."""
