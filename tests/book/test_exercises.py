"""Tests of the checks: right and wrong answers, and what is said about them."""

import importlib
import pkgutil
import sys

import numpy as np
import pytest
import torch

from llm_lib.book import checks, exercises
from llm_lib.book.checks.compare import difference, shorten
from llm_lib.book.checks.result import CheckResult
from llm_lib.book.exercises import Case, check, exercise, find_exercise, ordinal, prediction


@pytest.fixture(autouse=True)
def small_exercises(monkeypatch):
    """Register a few exercises for these tests alone."""
    for info in pkgutil.iter_modules(checks.__path__):  # now: a file registers only once
        importlib.import_module(f"llm_lib.book.checks.{info.name}")
    monkeypatch.setattr(exercises, "_exercises", dict(exercises._exercises))

    @exercise("98-double", hints=["first", "second"], why="Twice is twice.")
    def cases():
        yield Case("2", (2,), 4)
        yield Case("a list", ([1],), [1, 1])

    prediction(
        "98-predict",
        "b",
        choices={"a": "it grows", "b": "it falls"},
        feedback={"a": "Look at the sign."},
        why="Because.",
        hints=["think"],
    )
    prediction("98-number", 0.25, why="A quarter.")


def test_code_in_hints_is_set_off():
    # fails when a page shows the backticks around code, or takes what stands in them for HTML
    result = CheckResult("98-x", False, "no", (("hint", "use `a < b` twice"),), ("or `max`",))
    page = result._repr_html_()
    assert "use <code>a &lt; b</code> twice" in page and "or <code>max</code>" in page
    assert "`" not in page


def test_a_hint_belongs_to_the_fault_that_was_found():
    # Fails if a case's own hint is lost or comes twice, stands beside one that is off the point, or
    # is given to an answer in which nothing is right; or if trying again changes the hint.
    @exercise(
        "98-root",
        hints=["What times itself gives x?", "Use `x ** 0.5`."],
        faults={"^-": ["What of numbers below 0?", "Return None."], "0$": "And 0?"},
    )
    def cases():
        yield Case("4", (4,), 2)
        yield Case("-4", (-4,), None)
        yield Case("-9", (-9,), None)

    def said(function):
        result = check("98-root", function)
        return [text for kind, text in result.lines if kind == "hint"], list(result.more)

    for _ in range(2):
        assert said(lambda x: abs(x) ** 0.5) == (["What of numbers below 0?"], ["Return None."])
    assert said(lambda x: None) == (["What times itself gives x?"], ["Use `x ** 0.5`."])  # not "4"
    assert said(lambda x: 7) == (["What times itself gives x?"], ["Use `x ** 0.5`."])


def test_no_hint_beside_the_word_on_changed_arguments():
    # Fails if a function that is right but for spoiling its input is told how to begin.
    exercise("98-kept", hints=["how to begin"])(
        lambda: iter([Case("a list", ([1],), [1, 2], unchanged=True)])
    )
    assert "how to begin" not in repr(check("98-kept", lambda x: x.append(2) or x))
    assert "how to begin" in repr(check("98-kept", lambda x: x))


def test_a_wrong_place_of_a_list_has_its_own_hint():
    # Fails if the hint is on another place than the first wrong one.
    prediction("98-places", ["a", "b", "c"], why="", hints=["any"], faults={"second": "of b"})
    assert [text for kind, text in check("98-places", list("axx")).lines if kind == "hint"] == [
        "of b"
    ]
    assert "of b" not in repr(check("98-places", list("xxc")))
    assert "any" in repr(check("98-places", list("xxc")))


def test_every_fault_is_one_that_a_case_can_show():
    # Fails if the name of a fault fits no case of its exercise, so that its hint is never given.
    for name in all_exercises():
        task = find_exercise(name)
        if task.cases:
            shown = [case.label for case in task.cases()]
        else:
            items = task.answer if isinstance(task.answer, list | tuple) else ()
            shown = [ordinal(i) for i in range(len(items))]
        for fault in filter(None, task.hints):
            assert any(task.hints_for(label) == task.hints[fault] for label in shown), (name, fault)


@pytest.mark.parametrize(
    "answer", [["AI", "ml", " LLM ", "None", "dl"], ("Ai", "ML", "llm", "none", "DL")]
)
def test_capitals_are_no_fault(answer):
    # Fails if a right answer is refused for its capitals or a space.
    kinds = {"ai": "AI", "ml": "learned", "llm": "text", "none": "no", "dl": "deep"}
    prediction("98-rings", list(kinds), why="", items=["a", "b", "c", "d", "e"], choices=kinds)
    assert check("98-rings", answer)
    assert "5 items" in repr(check("98-rings", answer[:4]))


def test_answers_stand_in_small_letters():
    # Fails if an answer has a capital: then no reader could give it.
    for name in all_exercises():
        answer = find_exercise(name).answer
        for word in answer if isinstance(answer, list) else [answer]:
            assert not isinstance(word, str) or word == word.lower()


def test_a_number_in_quotes_is_asked_for_without():
    # Fails if text is compared with a number in silence.
    assert "without quotation marks" in repr(check("98-number", "0.25"))


def test_right_answer():
    # Fails if a right function is refused, or the reason is not told.
    result = check("98-double", lambda x: x * 2)
    assert result
    assert repr(result) == "98-double: right, all 2 cases pass. Twice is twice."


def test_wrong_answer():
    # Fails if the report hides input, expectation or result, or hints come all at once.
    result = check("98-double", lambda x: 4)
    assert not result
    assert repr(result).splitlines() == [
        "98-double: 1 of 2 cases pass",
        "  passed  2",
        "  failed  a list",
        "          expected a list, got 4",
        "  hint    first",
        "          further hints, one by one: `.more[0]` of this result",
    ]
    assert result.more == ("second",)
    page = result._repr_html_()
    assert page.index("first") < page.index("<details><summary>Another hint</summary>second")


def test_error_in_the_readers_function():
    # Fails if a reader sees a traceback, or not the line that failed.
    def broken(x):
        y = x
        return y / 0

    report = repr(check("98-double", broken))
    assert "`return y / 0`, raised ZeroDivisionError: division by zero" in report
    assert "can't be called" in repr(check("98-double", lambda: 1))


@pytest.mark.parametrize("unfinished", [..., lambda x: ..., None])
def test_not_yet_written(unfinished):
    # Fails if a stub counts as a failure.
    def stub(x):
        raise NotImplementedError

    assert repr(check("98-double", unfinished or stub)) == "98-double: waiting for your answer"
    assert not check("98-double")


def test_not_a_function():
    # Fails if a result given instead of the function ends in an error.
    assert "needs your function" in repr(check("98-double", 4))


def test_the_readers_changes_stay_outside():
    # Fails if a function that changes its input spoils later checks.
    arguments = [1]
    exercise("98-change")(lambda: iter([Case("a list", (arguments,), [1, 2])]))
    assert check("98-change", lambda x: x.append(2) or x)
    assert arguments == [1]


def test_several_right_answers():
    # Fails if a case with a rule of its own is compared with one value.
    rule = Case("any even", (), accept=lambda got: None if got % 2 == 0 else f"{got} is odd")
    exercise("98-even")(lambda: iter([rule]))
    assert check("98-even", lambda: 8)
    assert "9 is odd" in repr(check("98-even", lambda: 9))


def test_predictions():
    # Fails if the right choice is refused, or a wrong one gets no help.
    assert check("98-predict", " B ")
    assert "Because." in repr(check("98-predict", "b"))
    report = repr(check("98-predict", "a"))
    assert "Look at the sign." in report
    assert "think" not in report  # it has been told what is wrong
    assert check("98-predict", "a").more == ("think",)
    assert "it falls" not in report
    assert "choose one of" in repr(check("98-predict", "c"))
    assert check("98-number", 0.25001)
    for wrong in (0.3, "a", None, [1], np.zeros(3), object):
        assert not check("98-number", wrong)


def test_unknown_names():
    # Fails if a mistyped name gives no way on.
    with pytest.raises(ValueError, match="did you mean '98-double'"):
        check("98-duoble", 1)
    with pytest.raises(ValueError, match="did you mean '10-split-heads'"):
        check("10-splitheads", 1)
    with pytest.raises(ValueError, match="there are"):
        check("zzz", 1)


def test_html_is_escaped():
    # Fails if text of the reader's becomes markup.
    page = check("98-double", lambda x: "<script>")._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "98-double" in page


class Nasty:
    """An object that can't be looked at."""

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __repr__(self):
        raise SystemExit("no words")

    def __getattr__(self, name):
        raise OSError("no attributes")

    __hash__ = None


class EndsPython:
    """An object that ends the program when it is compared or written out."""

    def __eq__(self, other):
        raise SystemExit

    def __hash__(self):
        raise SystemExit

    __repr__ = __hash__


class Word(str):
    """Text whose own methods end the program."""

    def strip(self):
        raise SystemExit

    def __str__(self):
        return self

    lower = __hash__ = __eq__ = strip


class Endless(list):
    """A list that can't be counted or gone through."""

    def __iter__(self):
        raise SystemExit

    __len__ = __iter__


class Liar:
    """An object that says it is a list."""

    __class__ = list


def deep_list(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found


STRANGE = {
    "a word": Word("b"),
    "endless": Endless([1]),
    "no list": Liar(),
    "deep": deep_list(20_000),
    "nasty": Nasty(),
    "the end": EndsPython(),
    "bfloat16": torch.ones(2, dtype=torch.bfloat16),
    "one bfloat16": torch.tensor(1.5, dtype=torch.bfloat16),
    "words": np.array(["a", "b"]),
    "objects": np.array([{}, EndsPython()], dtype=object),
    "complex": np.array([1j]),
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "sparse": torch.eye(2).to_sparse(),
    "elsewhere": torch.ones(2, device="meta"),
    "needs a gradient": torch.ones(2, requires_grad=True),
    "a class": Nasty,
    "infinite": float("inf"),
    "a long number": 10**6000,
    "generator": (i for i in range(3)),
    "nested": [{"a": {1, 2}}, (Nasty(), [EndsPython()])],
    "module": np,
    "dtype": torch.float32,
    "nothing": None,
    "not a number": [float("nan"), "b", b"c"],
}


def all_exercises():
    for info in pkgutil.iter_modules(checks.__path__):
        importlib.import_module(f"llm_lib.book.checks.{info.name}")
    return sorted(exercises._exercises)


@pytest.mark.parametrize("strange", STRANGE)
def test_no_answer_is_an_error_whatever_it_is(strange):
    # fails if a value that can't be compared, written out or hashed ends in a traceback
    for name in all_exercises():
        for answer in (STRANGE[strange], lambda *arguments: STRANGE[strange]):
            report = check(name, answer)
            assert repr(report) and report._repr_html_()


@pytest.mark.parametrize("kind", [SystemExit, GeneratorExit, RecursionError, BaseException])
def test_no_function_ends_the_notebook(kind):
    # fails if an exit that the reader's code asks for gets out
    def leave(x):
        raise kind("enough")

    assert f"raised {kind.__name__}: enough" in repr(check("98-double", leave))


def test_an_error_that_has_no_words_is_named():
    # fails if an exception's own message can raise
    class Mute(Exception):
        def __str__(self):
            raise ValueError

    def leave(x):
        raise Mute

    assert "raised Mute: an object of type Mute" in repr(check("98-double", leave))


def test_the_reader_can_stop_a_check():
    # fails if Ctrl-C in an endless function is taken for a wrong answer
    def endless(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("98-double", endless)


def test_a_right_answer_in_bfloat16_is_right():
    # fails if numbers that numpy does not know are refused
    assert (
        difference(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0], dtype=torch.bfloat16)) is None
    )
    assert "[1.5]" in shorten(torch.tensor([1.5], dtype=torch.bfloat16))
    assert "got one of <U1" in difference(torch.zeros(2), np.array(["a", "b"]))


def test_a_case_may_demand_that_arguments_stay():
    # fails if a function that changes the caller's list is accepted, or one that doesn't is refused
    @exercise("98-append")
    def cases():
        start, table = [[1], [2]], {"a": torch.zeros(2)}
        yield Case("a list and a dict", (start, table, 3), [[1], [2], 3], unchanged=True)

    assert check("98-append", lambda rows, table, x: [*rows, x])

    def deep(rows, table, x):
        table["a"] += 1
        return [*rows, x]

    def inside(rows, table, x):
        out = [*rows, x]
        rows[1] = [2.0000001]
        return out

    for function, which in (
        (lambda rows, table, x: rows.append(x) or rows, "first"),
        (deep, "second"),
        (inside, "first"),
    ):
        report = check("98-append", function)
        assert not report
        assert f"the {which} argument is no longer what was given" in repr(report)


def extend_text(next_words, text, n):
    for _ in range(n):
        shares = next_words(text)
        best = max(shares, key=shares.get, default="<end>")
        if best == "<end>":
            break
        text.append(best)
    return text


def extend_prompt(prompt, answer):
    n = len(prompt)
    prompt.extend(answer)
    return prompt[:-1], [-100] * (n - 1) + prompt[n:]


def add_in_place(a, s, b):
    for i in range(len(a)):
        a[i] += s * b[i]
    return a


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("01-generate", extend_text),
        ("02-targets", extend_prompt),
        ("b-add-scaled", add_in_place),
    ],
)
def test_functions_that_change_the_callers_list_are_refused(name, function):
    # fails if an answer passes that would spoil its caller's data
    report = check(name, function)
    assert not report
    assert "argument is no longer what was given" in repr(report)


def test_a_wrong_item_of_a_list_is_named():
    # fails if a reader who has four of five right must guess which is wrong
    prediction("98-list", ["a", "b", "c"], why="")
    assert "The list's third item is not right yet." in repr(check("98-list", ["a", "b", "x"]))
    assert "should have 3 items; yours has 2" in repr(check("98-list", ["a", "b"]))
    assert "Answer with a list of 3 items" in repr(check("98-list", "abc"))
    assert check("98-list", ["a", "b", "c"])


def test_a_name_that_is_no_text_is_unknown():
    # fails if a list in the place of the name is an error about hashes
    with pytest.raises(ValueError, match="there is no exercise"):
        check(["98-double"], 1)


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (1, 1.0, None),
        (1, True, "got True"),
        (True, 1, "expected True"),
        (0.5, torch.tensor(0.5), None),
        (float("nan"), float("nan"), None),
        ("a", "b", "'a'"),
        ([1, [2.0]], [1, [2.00001]], None),
        ([1, 2], (1, 2), None),
        ([1, 2], [1], "2 values, got 1"),
        ({"a": 1}, {"a": 2}, "at key 'a'"),
        ({"a": 1}, {}, "missing"),
        ({}, {"a": 1}, "should not be"),
        (torch.zeros(2, 3), torch.zeros(2, 3), None),
        (torch.zeros(2, 3), np.zeros((2, 3)), None),
        (torch.zeros(2, 3), torch.zeros(3, 2), r"(2, 3), got shape (3, 2)"),
        (torch.zeros(2), [0, 0], "got a list"),
        (torch.tensor([0.0, 1.0]), torch.tensor([0.0, 2.0]), "at [1] expected 1, got 2 (1 of 2"),
        (torch.tensor(True), torch.tensor(False), "expected 1, got 0"),
        (torch.zeros(0), torch.zeros(0), None),
        (None, 0, "expected None"),
    ],
)
def test_differences(expected, got, words):
    # Fails if equal answers are refused, unequal ones taken, or the difference is not named.
    found = difference(expected, got)
    assert found is None if words is None else words in found


def test_short_forms():
    # Fails if a report can hold a wall of numbers.
    assert shorten(torch.zeros(100, 3)) == "shape (100, 3)"
    assert shorten([0] * 1000).endswith("...")
    assert len(shorten([0] * 1000)) == 80
    assert shorten(len) == "the function len"
    assert shorten(1 / 3) == "0.3333"


def test_split_and_merge_heads():
    # Fails if the checks of chapter 9 refuse torch's own way, or take a view that mixes tokens.
    def split(x, n_head):
        return x.unflatten(-1, (n_head, -1)).movedim(2, 1)

    def merge(x):
        return x.movedim(1, 2).flatten(2)

    assert check("10-split-heads", split)
    assert check("10-merge-heads", merge)
    wrong = check("10-split-heads", lambda x, n: x.reshape(len(x), n, x.shape[1], x.shape[2] // n))
    assert not wrong
    assert "the shape is right" in repr(wrong)
    assert not check("10-merge-heads", lambda x: x.reshape(len(x), x.shape[2], -1))


def test_a_score_may_be_a_number_or_a_tensor():
    # Fails if a right score is refused for its type, or a wrong one passes.
    def score(weights):
        return sum(weights[t, t - 1] for t in range(1, len(weights))) / (len(weights) - 1)

    assert check("10-previous-token", score)
    assert check("10-previous-token", lambda weights: score(weights).item())
    assert not check("10-previous-token", lambda weights: score(weights.T).item())


def test_two_failures_are_described_and_the_others_named():
    # Fails if a report grows with the number of cases, or leaves one of the first two unexplained.
    exercise("98-three")(lambda: iter([Case(str(n), (n,), n) for n in range(4)]))
    kinds = [kind for kind, _ in check("98-three", lambda x: x or 9).lines]
    assert kinds == ["failed", "detail", "passed", "passed", "passed"]
    kinds = [kind for kind, _ in check("98-three", lambda x: 9).lines]
    assert kinds == ["failed", "detail", "failed", "detail", "failed", "failed"]


def test_answers_may_be_a_little_off():
    # Fails if rounding is a fault, or an answer passes that is not right.
    cases = exercise("98-near")(lambda: iter([Case("1", (1.0,), 1.0)]))
    prediction("98-near-number", 1.0, why="")
    for off, right in ((0.00005, True), (0.001, False)):
        assert check("98-near", lambda x, off=off: x + off).passed is right
        assert check("98-near-number", 1 + off).passed is right
    assert [case.label for case in cases()] == ["1"]  # the name in the file is still the function


def test_only_a_right_answer_is_true():
    # Fails if what was not judged counts as solved.
    for name, answer in (
        ("98-double", 4),
        ("98-double", ...),
        ("98-double", lambda x: ...),
        ("98-predict", "c"),
        ("98-predict", "a"),
    ):
        assert check(name, answer).passed is False
    colours = [check("98-predict", choice)._repr_html_().split("--llm-")[1] for choice in "ab"]
    assert [colour.split(",")[0] for colour in colours] == ["accent-2", "positive"]


def test_a_chapters_file_is_loaded_when_it_is_asked_for(monkeypatch):
    # Fails if an exercise is unknown until somebody has imported its file.
    for info in pkgutil.iter_modules(checks.__path__):
        monkeypatch.delitem(sys.modules, f"llm_lib.book.checks.{info.name}")
    exercises._exercises.clear()
    assert find_exercise("10-split-heads").cases
    assert {name.split("-")[0] for name in exercises._exercises} == {"10"}
    assert find_exercise("b-add-scaled").cases
    with pytest.raises(ValueError, match="did you mean '01-generate'"):
        find_exercise("1-generate")


def test_three_names_at_most_are_offered():
    # Fails if a mistyped name is answered with a wall of names.
    for n in range(5):
        prediction(f"98-wind-{n}", 1, why="")
    with pytest.raises(ValueError) as caught:
        check("98-wind-9", 1)
    assert str(caught.value).count("'98-wind-") == 1 + 3


def test_a_value_that_cannot_be_compared_is_shown():
    # Fails if a reader is not told which value it was, or can't stop a comparison that takes long.
    class Strange:
        def __eq__(self, other):
            raise self.error

        __hash__ = None

        def __repr__(self):
            return "a strange one"

    Strange.error = ValueError()
    rule = Case("any", (), accept=lambda got: None if got == 1 else "wrong")
    exercise("98-compare")(lambda: iter([rule]))
    report = repr(check("98-compare", lambda: Strange()))
    assert "can't be compared with what is right (ValueError): got a strange one" in report
    Strange.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        check("98-compare", lambda: Strange())


def test_places_have_words_up_to_the_tenth():
    # Fails if the last word of the list is lost, or one is asked for that is not there.
    assert [ordinal(i) for i in (0, 9, 10)] == ["first", "tenth", "11th"]
