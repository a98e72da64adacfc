"""What of a campaign is done by durable jobs: the look on the first day, and giving up who does not come."""

from __future__ import annotations

from troth import work
from troth.campaigns.campaign import CAMPAIGN, add_who_is_missing, campaign_of
from troth.campaigns.unseen import GIVE_UP, WAITED, give_up_waiting, next_look
from troth.company import Company, House
from troth.work import Doer, Job


def doers(house: House) -> dict[str, Doer]:
    """The jobs of campaigns, for a worker."""
    return {
        CAMPAIGN: lambda company, job: complete(house.company(company), job),
        GIVE_UP: lambda company, job: give_up(house.company(company), job),
    }


def complete(company: Company, job: Job) -> None:
    """The job of the first day: whoever gave something since the campaign was opened is told too."""
    at = company.clock()
    with company.writing() as session:
        campaign = campaign_of(session, job.payload["campaign"])
        add_who_is_missing(session, company.gate, campaign, at)
        work.done(session, job, at)


def give_up(company: Company, job: Job) -> None:
    """Give up who was waited for long enough, and look again when the time of the next is over."""
    at = company.clock()
    with company.writing() as session:
        campaign = campaign_of(session, int(job.key))
        give_up_waiting(session, campaign, at - WAITED, at)
        due = next_look(session, campaign.id)
        if due is None:
            work.done(session, job, at)
        else:
            work.later(session, job, due)
