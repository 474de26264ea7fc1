"""Finds an installed Chrome or Chromium and starts it: for the tests, and for PDF and EPUB."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """Return an installed Chrome or Chromium: $CHROMIUM first, then the usual names and places."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *PLACES]
    return next((path for path in candidates if path and os.path.exists(path)), None)


def own_browser() -> str | None:
    """Return Playwright's own Chromium, fetched where it is not there yet; None if that fails."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not os.path.exists(path):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if os.path.exists(path) else None


def launch(playwright: Playwright) -> Browser:
    """Start the browser that the machine has, or else Playwright's own.

    Raises playwright's Error where there is neither: no browser is a failure, never a skip.
    """
    return playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
