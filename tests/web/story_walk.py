"""Goes through all steps of a story once, and notes what the tests ask about each of them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from playwright.sync_api import Page

from llm_lib.book.widgets import Walkthrough
from tests.web.browser import (
    COLOURS,
    STALLED,
    TAGS,
    StalledError,
    ask,
    serious_faults,
    small_targets,
)
from tests.web.stories import OTHERS, film, steps_of
from tests.web.widget_page import Stage, choose_theme, set_trait

THEMES = ["light", "dark"]
WIDTHS = [360, 632, 772, 792, 992]
WIDE = 992
LAST = "Your turn"
PHONE = 360
# where all is noted, and in which themes; at the others, what overlaps
READ = {PHONE: ["light"], WIDE: THEMES}

OVERLAPS = """() => {
  const room = document.querySelector('.llm-walk-picture').getBoundingClientRect();
  const all = [...document.querySelectorAll('.llm-walk-picture text')]
    .filter((text) => text.textContent)
    .map((text) => ({key: text.parentNode.dataset.key, box: text.getBoundingClientRect()}));
  const outside = all.filter(({box}) => box.left < room.left - 1 || box.right > room.right + 1 ||
    box.top < room.top - 3 || box.bottom > room.bottom + 3).map(({key}) => key);
  const menus = document.querySelector('.llm-walk-choices').getBoundingClientRect();
  const covered = all.filter(({box}) => menus.height && box.bottom > menus.top + 3 &&
    box.top < menus.bottom).map(({key}) => key);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 7;
  const pairs = [];
  for (let i = 0; i < all.length; i++) {
    for (let j = i + 1; j < all.length; j++) {
      if (meet(all[i].box, all[j].box)) pairs.push([all[i].key, all[j].key]);
    }
  }
  return [...outside, ...covered, ...pairs.filter(([a, b]) => !'vy sm zm'.includes(a[0] + b[0]))];
}"""
# the same of words that can be seen, on their way; menus stand where a picture goes that is left
OVERLAPS_SEEN = (
    OVERLAPS.replace("() => {", "() => { const seen = (e) => e.getAttribute('opacity') ?? 1;", 1)
    .replace(
        "(text) => text.textContent", "(t) => t.textContent && seen(t) * seen(t.parentNode) > 0.4"
    )
    .replace("menus.height &&", "false &&")
)
KINDS = """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
  .map((g) => [g.dataset.key, [...g.classList][0] +
    (g.matches('.llm-walk-label') ? '' : String(!!g.querySelector('rect, path')))]))"""
CONTRASTS = """() => {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const paint = (colour, alpha) => {
    pen.globalAlpha = alpha;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const linear = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
  };
  const panel = getComputedStyle(document.querySelector('.llm-widget')).backgroundColor;
  return [...document.querySelectorAll('.llm-walk-picture g[data-key]')].flatMap((group) => {
    const [shape, words] = [group.querySelector('rect'), group.querySelector('text')];
    if (!words?.textContent || group.matches('.llm-walk-mask')) return [];
    let ground = paint(panel, 1);
    if (shape) ground = paint(getComputedStyle(shape).fill, Number(shape.getAttribute('opacity')));
    const ink = paint(getComputedStyle(words).fill, Number(words.getAttribute('opacity')));
    const contrast = Math.max(ground, ink) / Math.min(ground, ink);
    return contrast < 4.5 ? [[group.dataset.key, contrast]] : [];
  });
}"""
SIZES = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  const words = [...document.querySelectorAll('.llm-walk-picture text')].filter((t) => t.textContent);
  return {
    page: document.documentElement.scrollWidth, widget: box('.llm-widget').height,
    screen: box('.llm-walk-picture').bottom - box('.llm-walk-player').top,
    type: Math.min(...words.map((t) => Number(t.getAttribute('font-size')))),
  };
}"""
FILLED = """() => {
  const svg = document.querySelector('.llm-walk-svg');
  const room = document.querySelector('.llm-walk-picture').getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('rect, path, text')]
    .filter((e) => e.tagName !== 'text' || e.textContent).map((e) => e.getBoundingClientRect());
  const span = (low, high) => Math.max(...boxes.map(high)) - Math.min(...boxes.map(low));
  return {
    scene: model.get('scene'), things: svg.querySelectorAll('[data-key]').length,
    answers: svg.querySelectorAll('.llm-walk-answer, .llm-walk-result').length,
    width: span((b) => b.left, (b) => b.right) / room.width,
    height: span((b) => b.top, (b) => b.bottom) / room.height,
  };
}"""
PICTURE = """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
  .map((g) => [g.dataset.key, g.outerHTML]))"""
AT_REST = f"""() => ({{
  isCovered: document.querySelector('.llm-walk-covered').checkVisibility(),
  step: model.get('step'), filled: ({FILLED})(),
}})"""
LOOK = f"""() => ({{
  kinds: ({KINDS})(), contrasts: ({CONTRASTS})(), sizes: ({SIZES})(),
  filled: ({FILLED})(), picture: ({PICTURE})(),
  scene: model.get('scene'), finding: model.get('finding'),
  said: [...document.querySelectorAll('[role=status]')].filter((e) => e.checkVisibility()).map((e) => e.innerText),
  alt: document.querySelector('.llm-walk-svg').getAttribute('aria-label'),
}})"""


@dataclass
class Walked:
    """What was seen of a story at one width."""

    at_rest: dict = field(default_factory=dict)  # what AT_REST finds before the story is begun
    overlaps: dict[str, list] = field(default_factory=dict)  # by settings and step
    steps: dict[str, list[dict]] = field(default_factory=dict)  # what LOOK finds, by theme
    faults: dict[str, list[str]] = field(default_factory=dict)  # by theme and scene


def walk(page: Page, story: str, look: str, **settings) -> list:
    """Set traits, and return what a function of JavaScript finds at each step of a story.

    Raises StalledError if the browser has stopped painting.
    """
    go = f"(n, traits, stalled) => walk(n, traits, {look}, stalled)"
    seen = ask(page, go, steps_of(story), settings, STALLED)
    if seen is None:
        raise StalledError
    return seen


def walk_through(stage: Stage, story: str, width: int) -> Walked:
    """Show a story at a width to a reader who wants no motion, and note what is seen of it."""
    for _ in range(2):
        try:
            return _walk_once(stage, story, width)
        except StalledError:
            warnings.warn(f"the browser stopped painting {story}", stacklevel=2)
    return _walk_once(stage, story, width)


def _walk_once(stage: Stage, story: str, width: int) -> Walked:
    page = stage.show(film(story), width=width)
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    walked = Walked()
    if width in READ:
        walked.at_rest = ask(page, AT_REST)
        _read(page, story, walked, READ[width])
    for settings in ({}, *OTHERS[story]):
        for step, found in enumerate(walk(page, story, OVERLAPS, **settings)):
            if found:
                walked.overlaps[f"{settings}, step {step}"] = found
    assert page.complaints == []
    stage.take_back(page)
    return walked


def _read(page: Page, story: str, walked: Walked, themes: list[str]) -> None:
    """Note all of each step in each theme, and what axe finds in some scenes."""
    for theme in themes:
        choose_theme(page, theme)
        walked.steps[theme] = walk(page, story, LOOK)
        # what is no colour is the same in the dark, and axe judges none in a picture: so one scene
        # is enough there, the last, with all controls
        for scene in some_scenes(story) if theme == "light" else [LAST]:
            set_trait(page, "scene", scene)
            if faults := serious_faults(page, TAGS if theme == "light" else COLOURS):
                walked.faults[f"{theme}, {scene}"] = faults
        if small := small_targets(page):
            walked.faults[f"{theme}, {scene}, too small"] = small
    choose_theme(page, "light")


def some_scenes(story: str) -> list[str]:
    """Return every third scene, and the last, where all can be changed."""
    return [*list(Walkthrough.STORIES[story].SCENES)[2:-1:3], LAST]
