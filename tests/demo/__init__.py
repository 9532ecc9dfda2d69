"""Tests of the demo practice and its builder."""
