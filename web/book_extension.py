"""The book's Sphinx extension: it joins the small modules beside it to a build.

Loaded by `_config.yml`. It works under plain ``jupyter-book build .`` too; `web.build` only
adds the strict flags and the clean-up.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from llm_lib.book.widgets.model_file import SITE_FOLDER_VARIABLE
from llm_lib.book.widgets.scripts import join_modules
from web import (
    fonts,
    frame,
    heights,
    inventory,
    known,
    moved,
    my_file,
    offline_worker,
    palette,
    picture_style,
    plotly_figure,
    previews,
    printed,
    repairs,
    script_fonts,
    search_index,
    slim_theme,
    style,
    tables,
    terms,
    tracks,
    vendor,
    widget_state,
)
from web.reference import links as code_links
from web.reference.names import page_of
from web.translation import catalogues

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
# scripts of several modules, by the name of what they are joined to
JOINED = {
    "progress.js": HERE / "progress" / "main.js",
    "offline.js": HERE / "offline_reading" / "main.js",
}
STATE = "application/vnd.jupyter.widget-state+json"
# What stands in the head of a page: ours, and none of Sphinx's, since the search is ours too.
PAGE_SCRIPTS = (
    "frame.js",
    "code_lines.js",
    "book.js",
    "code.js",
    "terms.js",
    "margin.js",
    "print.js",
    *JOINED,
)
LANDING = "landing.css"
MATH = 'class="math'


def _static(app: Sphinx) -> Path:
    return Path(app.outdir) / "_static"


def configure(app: Sphinx, config: Config) -> None:
    """Point Sphinx at our templates, local MathJax, and caches keyed on the library."""
    config.templates_path.append(str(HERE / "templates"))
    config.mathjax_path = "mathjax/startup.js"
    mathjax = dict(config.mathjax3_config or {})
    mathjax["loader"] = {"load": vendor.MATHJAX_LOADS}
    mathjax["chtml"] = {"matchFontHeight": False, "scale": 1.08}
    mathjax["startup"] = {"typeset": False}  # static/math.js does it, a few formulas at a time
    config.mathjax3_config = mathjax
    # it numbers sections once all pages are read, and does not say that reading goes on beside it
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    config.nb_ipywidgets_js = {}  # ours are static/widgets.js; myst-nb's come from other sites


def copy_own_files(app: Sphinx) -> None:
    """Copy the book's own style and scripts early: Sphinx puts their checksum into each page."""
    static = _static(app)
    static.mkdir(parents=True, exist_ok=True)
    os.environ[SITE_FOLDER_VARIABLE] = str(static / "models")  # where widgets' files go
    # copyfile: a file that may not be written here, may be in what was built
    for path in (path for path in STATIC.rglob("*") if path.is_file()):
        target = static / path.relative_to(STATIC)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
    fonts.make_all(static)
    script_fonts.make_all(static)
    my_file.write_files(static)
    (static / style.NAME).write_text(style.joined(static / "scripts.css"), "utf-8")
    for name, main in JOINED.items():
        (static / name).write_text(f"(() => {{\n{join_modules(main)}}})();\n", "utf-8")
    app.add_css_file(style.NAME, priority=900)
    if (language := catalogues.current()) != catalogues.ENGLISH:
        (static / catalogues.FILE).write_text(catalogues.script(language), "utf-8")
        app.add_js_file(catalogues.FILE, loading_method="defer", priority=100)
    for name in PAGE_SCRIPTS:
        app.add_js_file(name, loading_method="defer")


def leave_index_out(app: Sphinx) -> None:
    """Keep Sphinx from making its index of words, a tenth of all its work: the search is ours."""
    app.builder.index_page = lambda pagename, doctree, title: None
    app.builder.dump_search_index = lambda: None


def _name(file: Any) -> str:
    """Return the name of a style sheet or script below _static; "" for one without a file."""
    return str(getattr(file, "filename", None) or "").split("?")[0].removeprefix("_static/")


def _needed_scripts(scripts: list[Any], body: str, language: str) -> list[Any]:
    """Drop scripts that the page does not need: those of the theme and of extensions.

    Sphinx asks for MathJax on every page; static/math.js does, where a formula comes near.
    """
    has_math = MATH in body

    def is_needed(script: Any) -> bool:
        name = _name(script)
        text = getattr(script, "attributes", {}).get("body") or ""
        if text.startswith("window.MathJax"):  # its settings
            return has_math
        if name == catalogues.FILE:
            return language != catalogues.ENGLISH
        kind = getattr(script, "attributes", {}).get("type")
        return kind == STATE or name in PAGE_SCRIPTS

    return [script for script in scripts if is_needed(script)]


def _take_state(context: dict[str, Any]) -> dict[str, Any]:
    """Remove the widget state from <head> and return its models by id."""
    models: dict[str, Any] = {}
    kept = []
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == STATE:
            models |= json.loads(attributes["body"])["state"]
        else:
            kept.append(script)
    context["script_files"] = kept
    return models


def _script(context: dict[str, Any], name: str, **data: str) -> str:
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    attributes = "".join(f" data-{key}='{value}'" for key, value in data.items())
    return f'<script defer src="{context["pathto"]("_static/" + name, 1)}?v={digest}"{attributes}>'


def _add_widgets(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    models = _take_state(context)
    say = catalogues.on_page(pagename)
    context["body"], shown = widget_state.replace_views(context["body"], models, say)
    if not shown:
        return
    name = f"widget-state/{pagename.replace('/', '-')}.js"
    text = widget_state.write(_static(app), name, shown, models)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    state = f"{context['pathto'](f'_static/{name}', 1)}?v={digest}"
    context["body"] += _script(context, "widgets.js", state=state) + "</script>"


def _add_figures(context: dict[str, Any]) -> None:
    if 'class="llm-figure"' in context["body"]:
        colours = json.dumps(palette.load_palette())
        context["body"] += _script(context, "figure_words.js") + "</script>"
        context["body"] += _script(context, "figure_numbers.js") + "</script>"
        context["body"] += _script(context, "figures.js", dark=colours) + "</script>"


def _add_own_script(context: dict[str, Any], mark: str, name: str, **data: str) -> None:
    """Load a script on a page that has what it works on."""
    if mark in context["body"]:
        context["body"] += _script(context, name, **data) + "</script>"


def _add_my_file(context: dict[str, Any], say: catalogues.Say) -> None:
    """Give the panels of the reader's own file what copies, downloads and unfolds it."""

    def address_of(file: str) -> str:
        return context["pathto"](f"_static/{file}", 1)

    about = context["pathto"](my_file.PAGE)
    context["body"] = my_file.add_tools(context["body"], address_of, about, say)
    _add_own_script(context, my_file.MARK, "my_file.js")


def _link_code(app: Sphinx, pagename: str, body: str) -> str:
    """Return a page's body in which names in code lead to the reference."""

    def address_of(package: str) -> str:
        return app.builder.get_relative_uri(pagename, page_of(package))

    return code_links.add_links(body, address_of)


def _make_known(app: Sphinx, pagename: str, context: dict[str, Any], doctree: Any) -> None:
    """Add what search engines and link previews read."""
    made = context.get("metatags", "")
    context["metatags"] = re.sub(r'<meta name="viewport"[^>]*>\n?', "", made)  # the layout has it
    if 'name="description"' in made:
        return
    title = app.env.titles[pagename].astext() if doctree else context.get("title", "")
    text = known.describe(doctree, title, app.config.html_title)
    url, minutes = known.address_of(pagename, app.config.root_doc), frame.minutes_of(pagename)
    book, image = app.config.html_title, previews.address_of(pagename)
    language = context["language"]
    about = known.About(title, text, book, app.config.author, minutes, url, image, language)
    context["metatags"] += known.tags(about)
    if doctree:
        context["metatags"] += known.structured(about)


def finish_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Complete one page: its scripts, widgets, figures and description."""
    scripts = context.get("script_files", [])
    language = context["language"] = catalogues.language_of(pagename)
    context["say"] = catalogues.in_language(language)
    context["script_files"] = _needed_scripts(scripts, context.get("body", ""), language)
    context["frame"] = frame.describe(app, pagename)
    if "body" in context:
        if "tag_landing" in context["body"]:
            app.add_css_file(LANDING, priority=910)
        context["body"] = picture_style.remove(repairs.repair(context["body"]))
        mathjax = context["pathto"]("_static/mathjax/startup.js", 1)
        _add_own_script(context, MATH, "math.js", mathjax=mathjax)
        _add_own_script(context, inventory.CLASS, "inventory.js")
        _add_my_file(context, catalogues.on_page(pagename))
        _add_widgets(app, pagename, context)
        _add_figures(context)
        context["body"] = _link_code(app, pagename, context["body"])
        context["body"] += terms.data_script(app, context["body"], pagename)
        body = printed.close_gaps(printed.mark_wrapped(tables.mark(context["body"])))
        context["body"] = heights.reserve(tracks.mark_tracks(body))
    own = (style.NAME, LANDING)
    context["css_files"] = [css for css in context["css_files"] if _name(css) in own]
    _make_known(app, pagename, context, doctree)


def add_stand_in(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Return the page that is shown for one that is not on the reader's device."""
    name = offline_worker.STAND_IN
    return [(name.removesuffix(".html"), {"title": "Not on this device"}, name)]


def copy_everything_else(app: Sphinx, error: Exception | None) -> None:
    """Copy browser files and published models; slim the theme. Only after a good build."""
    if error or app.builder.format != "html":
        return
    static = _static(app)
    slim_theme.remove(static)
    vendor.copy_all(static)
    previews.copy_all(static)
    # the landing page itself instead of a redirect to it
    root = Path(app.outdir) / f"{app.config.root_doc}.html"
    shutil.copyfile(root, root.with_name("index.html"))
    moved.write_pages(root.parent, app.env.found_docs)
    search_index.write(app, root.parent)
    known.write_sitemap(root.parent, app.env.found_docs, app.config.root_doc)
    offline_worker.write(root.parent)  # last: it lists all files


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything; called by Sphinx."""
    app.setup_extension("web.outputs.onto_page")
    app.setup_extension("web.repository")
    app.setup_extension("web.deeper")
    app.setup_extension("web.reading_code")
    app.setup_extension("web.exercise_cards")
    app.setup_extension("web.typography")
    app.setup_extension("web.margin")
    app.setup_extension("web.roles")
    app.setup_extension("web.veiled")
    app.setup_extension("web.formulas")
    app.setup_extension("web.inventory")
    app.setup_extension("web.landing")
    app.setup_extension("web.other_names")
    app.setup_extension("web.reference")
    app.setup_extension("web.translation.pages")
    plotly_figure.register()
    app.connect("config-inited", configure)
    app.connect("builder-inited", copy_own_files)
    app.connect("builder-inited", leave_index_out)
    app.connect("html-page-context", finish_page, priority=900)
    app.connect("html-collect-pages", add_stand_in)
    app.connect("build-finished", copy_everything_else, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
