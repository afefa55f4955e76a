"""Find the browser that the site is checked with, or install it.

python tools/dev/chromium.py        # exit status 1 only where it is required: CI=true
"""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MISSING = (
    "no Chromium for the browser check: install one (Debian: apt-get install chromium; "
    "elsewhere: python -m playwright install chromium), or name it in CHROMIUM=/path/to/it"
)
# A quiet browser: no sandbox where root may not have one, and no traffic of its own.
ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
] + (["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])


def on_path():
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, (*NAMES, MAC))), None)


def find():
    """The path of a Chromium, or None."""
    if path := on_path():
        return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        path = p.chromium.executable_path
    return path if Path(path).exists() else None


def launch(playwright):
    # None: the build that Playwright itself installed
    return playwright.chromium.launch(executable_path=on_path(), args=ARGS)


def install():
    """Debian's package where there is one and we may; otherwise Playwright's own build."""
    run = functools.partial(subprocess.run, check=False)
    release = Path("/etc/os-release")
    if shutil.which("apt-get") and release.exists() and "ID=debian" in release.read_text().split():
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not sudo or shutil.which("sudo"):
            env = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
            run([*env, "apt-get", "-qq", "update"])
            run([*env, "apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"])
    if not find():
        run([sys.executable, "-m", "playwright", "install", "chromium"])


def main():
    if not find():
        install()
    print(f"browser check: {find() or MISSING}")
    sys.exit(not find() and os.environ.get("CI") == "true")


if __name__ == "__main__":
    main()
