"""What the Automation page is made of."""
