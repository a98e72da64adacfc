"""Tests of proofs and witnesses."""
