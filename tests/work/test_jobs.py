"""Jobs: put in once, taken on a lease, settled once; through a month in which processes die."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from troth import work
from troth.store import Store
from troth.store import tables as t
from troth.work import Job, Lost, Worker

START = datetime(2015, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def put(store: Store, key: str, due: datetime = START, kind: str = "letter") -> bool:
    with store.writing("acme") as session:
        return work.put(session, kind, key, {"n": key}, due, START)


def take(store: Store, at: datetime, who: str, kinds: tuple[str, ...] = ("letter",)) -> Job | None:
    with store.writing("acme") as session:
        return work.take(session, kinds, at, who, MINUTE)


def state(store: Store, key: str) -> str:
    with store.reading("acme") as session:
        row = session.one(t.jobs, key=key)
    assert row is not None
    return str(row.state)


def test_a_job_of_one_key_is_put_in_once(store: Store) -> None:
    assert [put(store, "a"), put(store, "a"), put(store, "b")] == [True, False, True]


def test_what_was_not_committed_is_not_asked_for(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing("acme") as session:
        work.put(session, "letter", "a", {}, START, START)
        raise RuntimeError
    assert take(store, START, "w") is None


def test_a_job_is_taken_when_due_by_one_and_after_the_lease_by_another(store: Store) -> None:
    put(store, "a", START + MINUTE)
    assert take(store, START, "w1") is None
    first = take(store, START + MINUTE, "w1")
    assert first is not None
    assert (first.key, first.payload) == ("a", {"n": "a"})
    assert take(store, START + 1.5 * MINUTE, "w2") is None
    second = take(store, START + 2 * MINUTE, "w2")
    assert second is not None
    assert second.id == first.id
    with pytest.raises(Lost), store.writing("acme") as session:
        session.add(t.people, created_at=START, erased_at=None)
        work.done(session, first, START)
    with store.writing("acme") as session:
        assert session.count(t.people) == 0  # what the loser wrote does not stand
        work.done(session, second, START)
    assert state(store, "a") == "done"


def test_a_held_lease_is_not_over(store: Store) -> None:
    put(store, "a")
    job = take(store, START, "w1")
    assert job is not None
    with store.writing("acme") as session:
        work.hold(session, job, START + 0.9 * MINUTE, MINUTE)
    assert take(store, START + 1.5 * MINUTE, "w2") is None


def test_other_kinds_and_other_companies_are_left_alone(store: Store) -> None:
    put(store, "a")
    assert take(store, START, "w", ("call",)) is None
    with store.writing("bolt") as session:
        assert work.take(session, ("letter",), START, "w", MINUTE) is None


def test_a_wake_while_it_is_worked_on_is_not_lost(store: Store) -> None:
    with store.writing("acme") as session:
        work.wake(session, "post", "", START, START)
    job = take(store, START, "w", ("post",))
    assert job is not None
    at = START + timedelta(seconds=5)
    with store.writing("acme") as session:
        work.wake(session, "post", "", at, at)  # later than it was due, while it is worked on
    with store.writing("acme") as session:
        work.later(session, job, work.NEVER)
    assert take(store, at, "w2", ("post",)) is not None


def test_a_worker_does_what_is_due_and_puts_back_what_fails(store: Store) -> None:
    now = [START]
    seen: list[tuple[str, int]] = []

    def doer(company: str, job: Job) -> None:
        seen.append((job.key, job.tries))
        if job.key == "bad" and job.tries < 2:
            raise RuntimeError("anna@example.com was not reached")
        with store.writing(company) as session:
            work.done(session, job, now[0])

    for key in ("good", "bad"):
        put(store, key)
    worker = Worker(store, ("acme", "bolt"), {"letter": doer}, lambda: now[0])
    assert worker.all_due() == 2
    assert worker.all_due() == 0
    with store.reading("acme") as session:
        row = session.one(t.jobs, key="bad")
    assert row is not None
    assert (row.problem, row.due_at) == ("RuntimeError", START + timedelta(seconds=10))
    for _ in range(2):
        now[0] += MINUTE
        worker.all_due()
    assert seen == [("good", 0), ("bad", 0), ("bad", 1), ("bad", 2)]
    assert state(store, "bad") == "done"


def test_what_never_works_is_given_up_and_kept_for_the_operator(store: Store) -> None:
    now = [START]

    def doer(_company: str, _job: Job) -> None:
        raise ValueError

    put(store, "a")
    worker = Worker(store, ("acme",), {"letter": doer}, lambda: now[0])
    for _ in range(25):
        worker.all_due()
        now[0] += timedelta(hours=7)
    assert state(store, "a") == "failed"


def test_a_month_of_jobs_with_workers_that_die_does_each_once(store: Store) -> None:
    """Each job goes through five stages with a day of waiting between; a third of the workers die midway."""
    now = [START]
    died = 0

    class Killed(BaseException):
        """As good as a power cut: nothing of the worker runs on."""

    def doer(company: str, job: Job) -> None:
        nonlocal died
        with store.writing(company) as session:
            stage = session.count(t.people)
            if (job.id + stage) % 3 == 0 and died < 12:
                died += 1
                raise Killed
            session.add(t.people, created_at=now[0], erased_at=None)
            if now[0] >= START + timedelta(days=5):
                work.done(session, job, now[0])
            else:
                work.later(session, job, job.due_at + timedelta(days=1))

    for number in range(10):
        put(store, f"{number}", START)
    while now[0] < START + timedelta(days=8):
        worker = Worker(store, ("acme",), {"letter": doer}, lambda: now[0])
        try:
            if worker.turn():
                continue
        except Killed:
            continue
        now[0] += timedelta(hours=1)
    assert died == 12
    with store.reading("acme") as session:
        assert session.count(t.jobs, state="done") == 10
        assert session.count(t.people) == 10 * 6


def test_workers_side_by_side_share_the_jobs(store: Store) -> None:
    done: list[str] = []

    def doer(company: str, job: Job) -> None:
        with store.writing(company) as session:
            work.done(session, job, START)
        done.append(job.key)

    for number in range(20):
        put(store, f"{number}")
    stop = threading.Event()
    workers = [Worker(store, ("acme",), {"letter": doer}, lambda: START) for _ in range(3)]
    threads = [threading.Thread(target=w.run, args=(stop, 0.01)) for w in workers]
    for thread in threads:
        thread.start()
    for _ in range(500):
        if len(done) == 20:
            break
        stop.wait(0.02)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert sorted(done, key=int) == [str(n) for n in range(20)]
