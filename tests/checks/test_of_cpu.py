"""An exercise whose seconds are those of computing: waiting takes none of them away, a loop without end does."""

import time

from cs231n_lib.checks import Exercise, Values, case


def one():
    """1.

    >>> one()
    1
    """
    return 1


def limited(seconds: float) -> Exercise:
    rows = (Values("Is 1", 1, lambda rng: [case("no argument")]),)
    return Exercise(one, 4, 1, 1, checks=rows, mistakes=(), seconds=seconds, cpu_time=True)


def test_waiting_is_not_computing() -> None:
    def waits():
        time.sleep(0.4)
        return 1

    assert limited(0.2)(waits).points == 4


def test_a_loop_without_end_is_interrupted() -> None:
    def computes():
        while True:
            pass

    result = limited(0.1)(computes, where=False)
    assert result.points == 0
    assert "does not finish in time" in result.text()


def test_cpu_time_limit_allows_five_times_the_wall_time() -> None:
    assert limited(10).wall_seconds == 50
    assert Exercise(one, 4, 1, 1, checks=(), mistakes=(), seconds=10).wall_seconds == 10
