"""Durable jobs: what is to be done at a moment stands in a table, and is done although processes die."""

from __future__ import annotations

from troth.work.jobs import (
    NEVER,
    Job,
    Lost,
    abandon,
    done,
    hold,
    later,
    put,
    put_all,
    take,
    waiting,
    wake,
)
from troth.work.worker import Doer, Worker

__all__ = [
    "NEVER",
    "Doer",
    "Job",
    "Lost",
    "Worker",
    "abandon",
    "done",
    "hold",
    "later",
    "put",
    "put_all",
    "take",
    "waiting",
    "wake",
]
