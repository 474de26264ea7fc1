"""Walkthrough: a picture in scenes, each with a sentence, that plays and can be touched."""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import traitlets as t
from ipywidgets import Layout

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget

FOLDER = Path(__file__).parent / "stories"


class Stories(Mapping[str, type["Walkthrough"]]):
    """The class of each story by its name; its module is imported when it is first asked for."""

    def __init__(self) -> None:
        """Know all files, and no class yet."""
        self._classes: dict[str, type[Walkthrough]] = {}
        files = (path.stem for path in FOLDER.glob("*.py"))
        # a story has a script of the same name; the other files help
        self._files = sorted(name for name in files if (FOLDER / f"{name}.js").exists())

    def add(self, cls: type["Walkthrough"]) -> None:
        """Put a story's class among the stories, under its name."""
        self._classes[cls.story] = cls

    def __getitem__(self, name: str) -> type["Walkthrough"]:
        """Return the class of a story; KeyError where there is none of that name."""
        module = str(name).replace("-", "_")
        if name not in self._classes and module in self._files:
            importlib.import_module(f"llm_lib.book.widgets.stories.{module}")
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        names = {module.replace("_", "-") for module in self._files}
        return iter(sorted(names | set(self._classes)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Walkthrough(BookWidget):
    """A picture that moves through scenes; in the last one the reader changes its numbers.

    `Walkthrough("attention-row")` shows the story of that name. Its numbers are settings, too; see
    `llm_lib.book.widgets.stories.AttentionRow` for those of "attention-row". Every control is a
    trait: set it from Python and the page follows, or observe it.

    scene: the name of the scene that is shown. Set it, and the page goes there.
    step: which step is shown, counted from 0 through all scenes; a scene has one or more.
    playing: True while the page goes on by itself; set it to start or stop. Given when the widget
        is made, it plays as soon as it is seen, unless the reader asks for less motion.
    finding: the sentence of the scene (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    STORIES: ClassVar[Stories] = Stories()
    SCENES: ClassVar[dict[str, int]] = {}  # of a story: the names, and how many steps each has

    FIRST: ClassVar[dict[str, Any]] = {}  # of a story: the settings that it begins with

    story: ClassVar[str] = ""
    scene = t.Unicode().tag(sync=True, setting=True)
    step = t.Int(0).tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True, setting=True)

    def __init_subclass__(cls, **rest: Any):
        """Put a story's class among the stories, under its name."""
        super().__init_subclass__(**rest)
        if "story" in vars(cls):  # and not inherited
            Walkthrough.STORIES.add(cls)

    def __new__(cls, story: str = "", *_args: Any, **_settings: Any):
        """Return a widget of the class of the story; ValueError if there is none of that name."""
        if cls.story:
            return super().__new__(cls)
        if story not in cls.STORIES:
            names = ", ".join(map(repr, cls.STORIES))
            raise ValueError(f"there is no walkthrough {story!r}; there are {names}")
        return super().__new__(cls.STORIES[story])

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show a story. data: settings, too, for those who have them in a dict."""
        if data is not None and not isinstance(data, dict):
            raise TypeError(f"data should be a dict of settings; got {type(data).__name__}")
        first = {"scene": next(iter(self.SCENES))} | self.FIRST | (data or {}) | settings
        if "step" in first:  # it says more than the scene
            first["scene"] = self._scene_of(check_whole("step", first["step"], 0, self._last()))
        super().__init__(**first)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "step":
            value = check_whole("step", value, 0, self._last())
        if name == "scene" and value not in self.SCENES:
            raise ValueError(f"scene should be one of {', '.join(self.SCENES)}; got {value!r}")
        super().__setattr__(name, value)

    @t.default("layout")
    def _room(self) -> Layout:
        """Keep the widget's room free, so that a page does not move when it comes alive."""
        return Layout(min_height="38rem")

    @t.observe("step")
    def _follow_step(self, change: dict) -> None:
        self.scene = self._scene_of(change["new"])

    @t.observe("scene")
    def _follow_scene(self, change: dict) -> None:
        if self._scene_of(self.step) != change["new"]:
            names = list(self.SCENES)
            self.step = sum(self.SCENES[name] for name in names[: names.index(change["new"])])

    @classmethod
    def _last(cls) -> int:
        """Return the number of the last step."""
        return sum(cls.SCENES.values()) - 1

    @classmethod
    def _scene_of(cls, step: int) -> str:
        """Return the name of the scene to which a step belongs."""
        for name, n in cls.SCENES.items():
            if step < n:
                return name
            step -= n
        raise ValueError(f"no step {step}")

    def __repr__(self) -> str:
        """Return a text that is the same in each run, so that notebooks can be compared."""
        return f"Walkthrough({self.story!r})"
