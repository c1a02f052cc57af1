#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether a browser shows the site of the documentation as it should: site_checks.py CHROMIUM SITE

Every page, as wide as a desk and as narrow as a phone: nothing sticks out to the right, pictures
are there, and its place in the contents is marked. Then the search is used.
"""

import os
import sys

from browser import Browser

WIDTHS = (1280, 390)
LOOK = """(() => {
    const names = [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src);
    const wide = document.documentElement.scrollWidth > innerWidth;
    return [wide ? "wider than the window" : "", ...names].filter(Boolean);
})()"""


def pages(site: str):
    """Yield the paths of all pages."""
    for folder, folders, names in os.walk(site):
        folders.sort()
        yield from (os.path.join(folder, n) for n in sorted(names) if n.endswith(".html"))


def main() -> None:
    """See above."""
    program, site = sys.argv[1], os.path.abspath(sys.argv[2])
    wrong, marked, count = [], 0, 0
    for width in WIDTHS:
        with Browser(program, width=width, height=900) as browser:
            for page in pages(site):
                browser.open("file://" + page)
                browser.wait("document.readyState === 'complete'")
                found = browser.evaluate(LOOK)
                wrong += [f"{page} at {width}: {what}" for what in found]
                marked += browser.evaluate("document.querySelectorAll('[aria-current]').length")
                count += 1
            browser.open("file://" + os.path.join(site, "docs/formats.html"))
            browser.wait("!document.getElementById('search').hidden")
            browser.evaluate(
                "(() => { const s = document.getElementById('search'); s.value = 'set_foV';"
                " s.dispatchEvent(new Event('input')); })()"
            )
            links = browser.evaluate("[...document.querySelectorAll('#found a')].map(a => a.href)")
            target = os.path.join("docs/api/camera.html#cameraset_fov")
            if not any(link.endswith(target) for link in links):
                wrong.append(f"the search for set_foV found {links}")
    if marked < 2 * 40:
        wrong.append(f"only {marked} pages are marked in the contents")
    print(f"{count} looks")
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
