"""The book as an app: its manifest and its icons, as a browser reads them."""

from __future__ import annotations

import json

import pytest
import yaml

from web.fingerprint import ROOT
from web.icons import ICONS, STATIC, draw
from web.palette import in_both_themes

MANIFEST = json.loads((STATIC / "app.webmanifest").read_text("utf-8"))
# how much two pictures differ, on average, of 255: 0 where they are the same
DIFFERENCE = """async ([one, other]) => {
  const pixels = async (bytes) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height).data;
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  return a.length === b.length ? a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / a.length : 255;
}"""


@pytest.mark.parametrize("icon", ICONS)
def test_an_icon_is_the_favicon(browser, icon):
    # fails if the favicon has changed and the icons have not, or one has another size
    committed = (STATIC / "icons" / f"{icon}.png").read_bytes()
    page = browser.new_page()
    page.goto("data:text/html,<title>icons</title>")
    drawn = [list(committed), list(draw(browser, icon))]
    assert page.evaluate(DIFFERENCE, drawn) < 2  # another browser smooths an edge in another way
    page.close()


def test_the_manifest_speaks_of_the_book():
    # fails if an installed book goes by another name or colour, or starts elsewhere than at its root
    title = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["title"]
    light = in_both_themes("--llm-bg")["light"]
    assert MANIFEST["name"] == title
    assert MANIFEST["theme_color"] == MANIFEST["background_color"] == light
    assert MANIFEST["start_url"] == MANIFEST["scope"] == "../"  # as seen from _static
    for icon in MANIFEST["icons"]:
        assert (STATIC / icon["src"]).is_file()
    sizes = {(icon.get("purpose", "any"), icon["sizes"]) for icon in MANIFEST["icons"]}
    assert {("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")} <= sizes


def test_a_browser_takes_the_manifest(address, visit):
    # fails if a browser finds no manifest, or a mistake in it
    page = visit(address + "chapters/09_self_attention.html").page
    found = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert found["url"] == f"{address}_static/app.webmanifest"
    assert found["errors"] == []
    assert json.loads(found["data"]) == MANIFEST


def test_what_is_around_the_page_has_its_colour(address, visit):
    # fails if a phone puts a white bar above a dark page
    page = visit(address + "search.html", theme="dark").page
    ground = page.locator("meta[name=theme-color]")
    colours = in_both_themes("--llm-bg")
    assert ground.get_attribute("content") == colours["dark"]
    page.locator(".llm-theme").click()  # from the system's to light
    assert ground.get_attribute("content") == colours["light"]


def test_the_site_is_whole(site):
    # fails if the icons do not get into the site: the theme's own pictures are taken out of it
    assert {path.stem for path in (site / "_static/icons").glob("*.png")} == set(ICONS)
