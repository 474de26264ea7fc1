"""The parts of the three runs' charts: where a loss stands, and whose colour it has."""

from llm_lib.book.pictures.run_panels import APART, INKS, Axes, pushed_apart, run_number


def test_a_loss_stands_at_its_height_and_no_higher_than_the_top():
    # fails if an axis is turned over, or a loss above the top leaves the picture
    axes = Axes(200, 100, 8, 500)
    assert [axes.y(loss) for loss in (0, 4, 8, 12)] == [100, 50, 0, 0]
    assert axes.x(250) == 100


def test_two_labels_do_not_lie_on_each_other():
    # fails if the labels of two losses that are alike overlap, or distant ones are moved
    upper, lower = pushed_apart(40, 42)
    assert lower - upper == APART and (upper + lower) / 2 == 41
    assert pushed_apart(10, 90) == (10, 90)


def test_each_run_has_a_colour_of_its_own():
    # fails if two runs look alike, or a number has another run's colour
    assert len(set(INKS.values())) == len(INKS) == 3
    assert INKS["C"] in run_number("C", 0.004).svg() and ">0.0<" in run_number("C", 0.004).svg()
