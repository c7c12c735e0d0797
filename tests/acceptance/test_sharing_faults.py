"""Workers and schedulers die, the database goes, a network is cut: nothing is lost and nothing is told twice."""

from tests.acceptance import sharing


def test_whatever_befalls_those_that_share_the_work_each_event_is_told_once(tmp_path):
    found, fate = sharing.run(tmp_path, seconds=45, events=20, seed=7)
    assert fate.done.total() >= 3
    assert (found.missing, found.unjudged, found.unsent, found.untold) == (0, 0, 0, 0)
    assert found.twice == []
    assert found.repeats == 0
