"""Tests of starting a policy from a page."""
