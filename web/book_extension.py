"""The book's Sphinx extension: it joins the small modules beside it to a build.

Loaded by `_config.yml`. It works under plain ``jupyter-book build .`` too; `web.build` only
adds the strict flags and the clean-up.
"""

from __future__ import annotations

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
    known,
    moved,
    my_file,
    offline_worker,
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
)
from web.page_scripts import (
    IN_HEAD,
    JOINED,
    STATIC,
    add_scripts,
    name_of,
    needed_scripts,
    static_of,
)
from web.reference import links as code_links
from web.reference.names import page_of
from web.translation import catalogues

HERE = Path(__file__).resolve().parent
LANDING = ("landing.css", "hero.css")  # what only the first page needs


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
    static = static_of(app)
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
    for name in IN_HEAD:
        app.add_js_file(name, loading_method="defer")


def leave_index_out(app: Sphinx) -> None:
    """Keep Sphinx from making its index of words, a tenth of all its work: the search is ours."""
    app.builder.index_page = lambda pagename, doctree, title: None
    app.builder.dump_search_index = lambda: None


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
    context["script_files"] = needed_scripts(scripts, context.get("body", ""), language)
    context["frame"] = frame.describe(app, pagename)
    if "body" in context:
        if "tag_landing" in context["body"]:
            for name in LANDING:
                app.add_css_file(name, priority=910)
        context["body"] = picture_style.remove(repairs.repair(context["body"]))
        add_scripts(app, pagename, context)
        context["body"] = _link_code(app, pagename, context["body"])
        context["body"] += terms.data_script(app, context["body"], pagename)
        body = printed.close_gaps(printed.mark_wrapped(tables.mark(context["body"])))
        context["body"] = heights.reserve(tracks.mark_tracks(body))
    own = (style.NAME, *LANDING)
    context["css_files"] = [css for css in context["css_files"] if name_of(css) in own]
    _make_known(app, pagename, context, doctree)


def add_stand_in(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Return the page that is shown for one that is not on the reader's device."""
    name = offline_worker.STAND_IN
    return [(name.removesuffix(".html"), {"title": "Not on this device"}, name)]


def copy_everything_else(app: Sphinx, error: Exception | None) -> None:
    """Copy browser files and published models; slim the theme. Only after a good build."""
    if error or app.builder.format != "html":
        return
    static = static_of(app)
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
