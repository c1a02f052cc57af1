# SPDX-License-Identifier: MIT
"""Whether each element of a page of HTML is closed where it must be: check(text)."""

from html.parser import HTMLParser


class _Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open_tags = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open_tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag, (tag, self.getpos())


def check(page):
    """AssertionError, with the line and column, where it is not so."""
    parser = _Balanced()
    parser.feed(page)
    assert parser.open_tags == [], parser.open_tags
