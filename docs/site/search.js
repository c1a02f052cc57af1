// SPDX-License-Identifier: MIT
// Finds headings, names and options: each word that is typed must be in a heading or in the title of its page.
"use strict";
const INDEX = @INDEX@; // [text, title of the page, link from the root]
const MOST = 20;
const root = document.currentScript.dataset.root;
const input = document.getElementById("search");
const found = document.getElementById("found");
input.hidden = false;

function matches(words) {
    const all = INDEX.filter(([text, title]) => words.every((word) => `${text} ${title}`.toLowerCase().includes(word)));
    // Headings that begin with what was typed come first, then the shorter ones.
    const rank = ([text]) => (text.toLowerCase().startsWith(words[0]) ? 0 : 1000) + text.length;
    return all.sort((a, b) => rank(a) - rank(b)).slice(0, MOST);
}

input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const items = (words.length ? matches(words) : []).map(([text, title, link]) => {
        const a = Object.assign(document.createElement("a"), { href: root + link, textContent: text });
        const of = Object.assign(document.createElement("small"), { textContent: " " + title });
        const item = document.createElement("li");
        item.append(a, of);
        return item;
    });
    found.replaceChildren(...items);
    found.hidden = !items.length;
});
input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found.firstChild) {
        location.href = found.querySelector("a").href;
    } else if (event.key === "Escape") {
        input.value = "";
        found.hidden = true;
    }
});
document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== input) {
        event.preventDefault();
        input.focus();
    }
});
