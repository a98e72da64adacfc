"""Campaigns: a changed policy told to everybody it bears on, by the ways and in the order that was promised."""

from __future__ import annotations

from troth.campaigns.calls import CallsWrong, call_list, take_calls
from troth.campaigns.campaign import (
    CAMPAIGN,
    Campaign,
    campaign_of,
    campaigns,
    open_campaign,
    seen,
)
from troth.campaigns.counting import Counts, Waits, clause_by_clause, counts, waiting_for
from troth.campaigns.jobs import complete, doers
from troth.campaigns.letters import NoFont, letters, posted, returned
from troth.campaigns.notice import KINDS
from troth.campaigns.promised import mode_of, ways_of
from troth.campaigns.unseen import WAITED, give_up_waiting
from troth.campaigns.waits import Wait

__all__ = [
    "CAMPAIGN",
    "KINDS",
    "WAITED",
    "CallsWrong",
    "Campaign",
    "Counts",
    "NoFont",
    "Wait",
    "Waits",
    "call_list",
    "campaign_of",
    "campaigns",
    "clause_by_clause",
    "complete",
    "counts",
    "doers",
    "give_up_waiting",
    "letters",
    "mode_of",
    "open_campaign",
    "posted",
    "returned",
    "seen",
    "take_calls",
    "waiting_for",
    "ways_of",
]
