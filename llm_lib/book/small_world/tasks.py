"""Small World's tasks as things to learn from: examples with answers, and a program that marks."""

from collections.abc import Collection

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.small_world.generator import TASKS, Example, SmallWorld
from llm_lib.book.small_world.quality import check_story

MOST_DRAWS = 1000  # of one task without a new prompt: then there are no more


def make_examples(
    tasks: Collection[str],
    n: int,
    seed: int = 0,
    split: str = "train",
    without: Collection[Example] = (),
) -> list[Example]:
    """Return `n` examples of these tasks in turn, all with different prompts.

    without: examples whose prompts are left out. Some tasks, such as "spam", have so few sentences
        that a prompt of one split may be drawn in another, too: to test on what is new, leave out
        what was learned from.

    Raises ValueError for a task or split that is not there, for no task at all, and for more
    examples than a task has different prompts.

    >>> [example.task for example in make_examples(["spam", "names"], 4)]
    ['spam', 'names', 'spam', 'names']
    """
    tasks = list(tasks)
    if not tasks:
        raise ValueError(f"name a task to learn; there are {TASKS}")
    for task in tasks:
        check_choice("task", task, TASKS)
    world, found = SmallWorld(seed, split), {}
    taken = {example.prompt for example in without}
    for i in range(check_whole("n", n)):
        task = tasks[i % len(tasks)]
        draws = (world.example(task) for _ in range(MOST_DRAWS))
        example = next((drawn for drawn in draws if drawn.prompt not in taken), None)
        if example is None:
            raise ValueError(
                f"{n} examples are more than there are: {MOST_DRAWS} more of the task {task!r} had "
                f"no new prompt after {i} examples; ask for fewer"
            )
        taken.add(example.prompt)
        found[example.prompt] = example
    return list(found.values())


class Marker:
    """Marks an answer to one of these examples: 1 if it is right, else 0.

    A story is right if it keeps name, kind and object; any other answer, if its first line is the
    example's answer to the letter.

    >>> [example] = make_examples(["spam"], 1)
    >>> mark = Marker([example])
    >>> mark(example.prompt, example.answer), mark(example.prompt, "Perhaps.")
    (1.0, 0.0)
    """

    def __init__(self, examples: Collection[Example]) -> None:
        self.by_prompt = {example.prompt: example for example in examples}

    def __call__(self, prompt: str, answer: str) -> float:
        """Return the mark; ValueError for a prompt that is not among the examples."""
        if prompt not in self.by_prompt:
            raise ValueError(f"there is no example with the prompt {prompt!r:.60}")
        example = self.by_prompt[prompt]
        if example.task == "story":
            return float(check_story(answer, example.facts).all)
        return float(answer.split("\n")[0] == example.answer)
