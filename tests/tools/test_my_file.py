"""The reader's own file on the pages: what the build adds to its panel, and the files it writes."""

import re

from llm_lib.book import show_my_gpt
from llm_lib.book.my_gpt.stages import STAGES, text_at
from web.heights import estimate
from web.my_file import add_tools, write_files
from web.translation.catalogues import english


def tools_for(*chapters):
    panels = "<p>between</p>".join(show_my_gpt(n)._repr_html_() for n in chapters)
    return add_tools(f"<p>before</p>{panels}", "../_static/{}".format, "your_gpt.html", english)


def test_files_are_the_stages(tmp_path):
    # fails when a page would hand out another file than it shows
    paths = write_files(tmp_path)
    assert [path.read_text("utf-8") for path in paths] == [text_at(stage) for stage in STAGES]
    assert {path.name for path in paths} == {"my_gpt.py"}
    assert all(b"\r" not in path.read_bytes() for path in paths)


def test_each_panel_leads_to_its_own_file():
    # fails when two panels of a page share a file, or one has no way to copy it
    body = tools_for(9, 13)
    assert re.findall(r'href="([^"]+\.py)"', body) == [
        "../_static/my_gpt/09/my_gpt.py",
        "../_static/my_gpt/13b/my_gpt.py",
    ]
    assert body.count('data-copy="new"') == body.count('data-copy="whole"') == 2
    assert body.count('href="your_gpt.html"') == 2
    assert body.startswith("<p>before</p><div class=") and "<p>between</p>" in body


def test_only_panels_change():
    # fails when tools are added to something else, or anything of a panel is lost
    other = '<div class="llm-my-gpt-other" data-stage="09"><p class="llm-my-gpt-foot">x</p></div>'
    assert add_tools(other, str, "a.html", english) == other
    added = re.compile(
        r'<p class="llm-my-gpt-tools">.*?</p>| <a href="your_gpt.html">[^<]*</a>'
        r'| llm-my-gpt-short| hidden="until-found"|<button class="llm-my-gpt-more.*?</button>',
        re.S,
    )
    assert added.sub("", tools_for(9)) == f"<p>before</p>{show_my_gpt(9)._repr_html_()}"


def test_a_folded_line_takes_no_room():
    # fails when a far panel counts as tall as the whole file, and the bar for scrolling jumps
    html = show_my_gpt(22)._repr_html_()
    lines = re.sub(r"<details>.*?</details>", "", html, flags=re.S).count("\n</span>")
    folds = html.count("<details>")
    cell = f'tag_remove-input docutils">{html}'
    assert lines > 20
    assert abs(estimate(cell) - (20.8 * lines + 25 * folds + 190)) < 60
