# SPDX-License-Identifier: MIT
"""What the page of a dataset shows, in a real browser, compared with the records it was made of.

    page_checks.py CHROMIUM CHECK DATASET RECORDS [DIR]

CHECK is the name of a function below; it prints what it counted. Pictures of the page go to DIR.
"""

import json
import os
import re
import sys

from browser import Browser
from check_labels import decode_rle

GRID = "[...document.querySelectorAll('#grid .card')]"
NUMBERS = "document.querySelector('#numbers').textContent"
PALETTE_C = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/lib/palette.c")
with open(PALETTE_C, encoding="utf-8") as source:
    PALETTE = ["#" + number for number in re.findall(r"0x([0-9a-f]{6})", source.read())]


def check(holds: bool, what: object) -> None:
    """Fails with what was found."""
    if not holds:
        sys.exit(f"page_checks: {what}")


class Page:
    """The page of a dataset in a browser."""

    def __init__(self, browser: Browser, dataset: str, records: list) -> None:
        self.browser, self.records = browser, records
        self.url = f"file://{os.path.abspath(dataset)}/html/index.html"

    def open(self, end: str = "") -> None:
        """Opens it and waits until all lists are read."""
        self.browser.open("about:blank")
        self.browser.open(self.url + end)
        self.browser.wait("window.rv && rv.isWhole")
        check(self.browser.errors == [], self.browser.errors)

    def ids(self) -> list:
        """The samples in the grid."""
        return self.browser.evaluate(f"{GRID}.map((card) => card.dataset.id)")

    def number(self) -> int:
        """How many fit the filters, as the page tells."""
        return int(str(self.browser.evaluate(NUMBERS)).split()[0])

    def choose(self, what: str, value: object) -> None:
        """Clicks on a bar of a histogram."""
        self.browser.click(f"""[data-what="{what}"][data-value="{value}"]""")

    def show(self, sample: str) -> None:
        """Opens a sample, and waits for its picture."""
        self.browser.click(f"""#grid [data-id="{sample}"]""")
        self.wait_for_picture(sample)

    def wait_for_picture(self, sample: str) -> None:
        """Until the sample is shown."""
        self.browser.wait(
            f"document.querySelector('#name').textContent.startsWith('{sample}') &&"
            " document.querySelector('#image').complete"
        )
        check(self.browser.evaluate("document.querySelector('#image').naturalWidth") > 0, sample)


def category_of(annotation: dict) -> str:
    """As the tests' samples have it: by tags."""
    return annotation.get("category") or "+".join(sorted(annotation.get("tags", [])))


def filters(page: Page, _: str) -> None:
    """Every bar of every histogram chooses what the records say, together and alone."""
    page.open()
    records = page.records
    check(sorted(page.ids()) == sorted(r["id"] for r in records), page.ids())
    names = {category_of(a) for r in records for a in r["annotations"]} - {""}
    table = page.browser.evaluate("rv.about.categories")
    check({one["name"] for one in table} == names, table)
    n = 0
    for one in table:
        wanted = {r["id"] for r in records if one["name"] in map(category_of, r["annotations"])}
        page.choose("category", one["id"])
        check(set(page.ids()) == wanted and page.number() == len(wanted), (one, page.ids(), wanted))
        for split in ("train", "val"):
            both = {r["id"] for r in records if r["id"] in wanted and r["split"] == split}
            page.choose("split", split)
            check(set(page.ids()) == both, (one, split, page.ids(), both))
            page.browser.click("#chosen button:last-child")
            n += 1
        page.choose("category", one["id"])
    for value in range(9):
        low, high = (0, 2 << value)[value > 0], (4 << value, 1 << 30)[value == 8]
        inside = [low**2 <= a["area"] < high**2 for r in records for a in r["annotations"]]
        counts = page.browser.evaluate("rv.about.histograms.sizes")
        check(counts[value] == sum(inside), (value, counts))
        wanted = {
            r["id"]
            for r in records
            if any(low**2 <= a["area"] < high**2 for a in r["annotations"])
        }
        page.choose("size", value)
        check(set(page.ids()) == wanted, (value, page.ids(), wanted))
        page.choose("size", value)
        n += 1
    for kind in ("near", "far"):
        page.choose("param:kind", kind)
        wanted = {r["id"] for r in records if r["params"]["kind"] == kind}
        check(set(page.ids()) == wanted, (kind, page.ids(), wanted))
        page.choose("param:kind", kind)
        n += 1
    page.choose("param:x", 15)
    most = max(r["params"]["x"] for r in records)
    check(set(page.ids()) == {r["id"] for r in records if r["params"]["x"] == most}, page.ids())
    page.choose("param:x", 15)
    page.browser.click("#find")
    page.browser.ask("Input.insertText", text=records[1]["id"])
    page.browser.wait("document.querySelectorAll('#grid .card').length === 1")
    check(page.ids() == [records[1]["id"]], page.ids())
    print(f"{n + 2} filters")


def labels(page: Page, _: str) -> None:
    """Boxes, names and masks are drawn where and as they are to be, and layers are files."""
    page.open()
    n = 0
    browser = page.browser
    for record in page.records:
        page.show(record["id"])
        if browser.evaluate("document.querySelector('#masks').hidden"):
            browser.press("m")
        drawn = browser.evaluate(
            "[...document.querySelectorAll('#marks rect')].map((r) => [Number(r.dataset.index),"
            " ...['x', 'y', 'width', 'height'].map((a) => Number(r.getAttribute(a)))])"
        )
        of_category = [a for a in record["annotations"] if category_of(a)]
        check(drawn == [[a["index"], *a["bbox"]] for a in of_category], (drawn, of_category))
        strokes = browser.evaluate(
            "[...document.querySelectorAll('#marks rect')].map((r) => r.getAttribute('stroke'))"
        )
        ranks = sorted(o["index"] for o in record["objects"] if o["index"])
        dealt = [PALETTE[ranks.index(a["index"])] for a in of_category]
        check(strokes == dealt, (strokes, dealt))
        alpha = browser.evaluate(
            "(() => { const c = document.querySelector('#masks'); const d = c.getContext('2d')"
            ".getImageData(0, 0, c.width, c.height); return [c.width, c.height, [...d.data].filter("
            "(_, i) => i % 4 === 3)]; })()"
        )
        width = alpha[0]
        covered = {(i % width, i // width) for i, a in enumerate(alpha[2]) if a > 0}
        check(covered == set().union(*(decode_rle(a["rle"]) for a in of_category)), record["id"])
        rows = browser.evaluate("document.querySelectorAll('#objects tbody tr').length")
        check(rows == len(record["annotations"]), rows)
        command = browser.evaluate("document.querySelector('#command').textContent")
        check(command == f"rv replay {record['id']} DIR --script SCENE", command)
        for layer in browser.evaluate(
            "[...document.querySelectorAll('#layers button')].map((b) => b.dataset.toggle)"
        ):
            if layer in ("objects", "depth", "overlay", "normals", "flow"):
                browser.click(f"""#layers [data-toggle="{layer}"]""")
                page.wait_for_picture(record["id"])
                n += 1
        browser.click("""#layers [data-toggle="image"]""")
        browser.press("Escape")
        browser.wait("!document.querySelector('#sample').open")
        n += len(of_category)
    check(browser.errors == [], browser.errors)
    print(f"{n} labels and layers")


def keys(page: Page, _: str) -> None:
    """Keys go from sample to sample, clips play, and an address opens its sample."""
    page.open()
    browser, first, second = page.browser, page.records[0]["id"], page.records[1]["id"]
    page.show(first)
    browser.press("ArrowRight")
    page.wait_for_picture(second)
    browser.press("ArrowLeft")
    page.wait_for_picture(first)
    frames = len(page.records[0].get("frames", []))
    if frames:
        files = set()
        for _ in range(frames):
            browser.press(".")
            files.add(browser.evaluate("document.querySelector('#image').src"))
        check(len(files) == frames - frames // 2 - 1, files)
        browser.press(" ")
        browser.wait("document.querySelector('#frame').value === '0'")
        browser.press(" ")
    browser.press("Escape")
    page.open(f"#{second}")
    page.wait_for_picture(second)
    print(f"{frames} frames")


def looks(page: Page, folder: str) -> None:
    """Light, dark and on a phone: nothing is wider than the window. Leaves pictures."""
    browser, n = page.browser, 0
    for name, width, height, is_phone in (("wide", 1200, 800, False), ("phone", 390, 780, True)):
        browser.resize(width, height, is_phone)
        for scheme in ("light", "dark"):
            browser.scheme(scheme)
            page.open()
            browser.wait(f"{GRID}.length && {GRID}.every((c) => c.querySelector('img').complete)")
            browser.screenshot(f"{folder}/grid-{name}-{scheme}.png")
            page.show(page.records[0]["id"])
            browser.screenshot(f"{folder}/sample-{name}-{scheme}.png")
            over = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
            check(over <= 0, (name, scheme, over))
            inks = browser.evaluate(
                "['color', 'backgroundColor'].map((p) => getComputedStyle(document.body)[p]"
                ".match(/[0-9]+/g).map(Number).reduce((a, b) => a + b))"
            )
            check((inks[0] < inks[1]) == (scheme == "light"), inks)
            n += 2
    print(f"{n} pictures")


def many(page: Page, _: str) -> None:
    """However many samples there are, only those in sight have elements; all can be scrolled to."""
    page.open()
    browser, n = page.browser, len(page.records)
    check(page.number() == n, page.number())
    most = browser.evaluate(f"{GRID}.length")
    check(0 < most < 150, most)
    browser.evaluate("document.querySelector('#scroll').scrollTop = 1e9")
    browser.wait(f"{GRID}.some((card) => card.dataset.id === '{page.records[-1]['id']}')")
    check(browser.evaluate(f"{GRID}.length") < 150, "cards that are out of sight stay")
    page.show(page.records[-1]["id"])
    browser.press("Escape")
    page.choose("param:kind", "near")
    check(page.number() == sum(r["params"]["kind"] == "near" for r in page.records), page.number())
    for step in range(8):  # records of pages that are far from each other: few are kept
        browser.evaluate(f"document.querySelector('#scroll').scrollTop = 1e9 * {step} / 8")
        browser.evaluate(f"{GRID}.at(-1).click()")
        browser.wait("document.querySelector('#sample').open")
        browser.press("Escape")
        browser.wait("!document.querySelector('#sample').open")
    check(browser.evaluate("rv.pages.size") <= 6, "records of all pages are kept")
    browser.evaluate("gc()")
    heap = browser.evaluate("performance.memory.usedJSHeapSize")
    check(heap < 20e6 + 1500 * n, f"{heap} bytes for {n} samples")
    print(f"{n} samples")


def main() -> None:
    chromium, name, dataset, records, *rest = sys.argv[1:]
    with open(records) as file, Browser(chromium) as browser:
        page = Page(browser, dataset, [json.loads(line) for line in file])
        globals()[name](page, *(rest or [""]))
        check(browser.errors == [], browser.errors)


main()
