#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a form for people: each candidate beside its truth, and the questions of the rubric.

    form.py --candidates DIR --truth DATASET -o form.html

The page lies where its videos can be reached, saves nothing, and asks nobody: "Save" gives a file
answers.json for people.py. Several people's files can be given to it together.
"""

import argparse
import html
import os
import pathlib
import urllib.parse

from rubric import MOST, QUESTIONS

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Judging videos</title>
<style>
body { font: 16px/1.4 sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1em }
video { width: 100%; background: #eee }
fieldset { border: 0; padding: .2em 0 }
article { border-top: 1px solid #999; margin-top: 2em }
</style>
</head>
<body>
<h1>Judging videos</h1>
<p>0: not at all; 4: fully. The truth, at the left, is a right answer; others may be right, too.</p>
"""

TAIL = """<p><button id="save">Save</button> <span id="left"></span></p>
<script>
document.getElementById("save").onclick = () => {
  const answers = {};
  let open = 0;
  for (const article of document.querySelectorAll("article")) {
    const given = {};
    const asked = article.querySelectorAll("fieldset");
    for (const field of asked) {
      const chosen = field.querySelector("input:checked");
      if (chosen) given[field.dataset.name] = Number(chosen.value);
    }
    if (Object.keys(given).length === asked.length) answers[article.dataset.candidate] = given;
    else open++;
  }
  document.getElementById("left").textContent = open ? open + " are not answered" : "";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(answers, null, 1)]));
  link.download = "answers.json";
  link.click();
};
</script>
</body>
</html>
"""


def video(path, page):
    """A player of a video."""
    address = urllib.parse.quote(os.path.relpath(path, page.parent))
    return f'<video controls loop muted src="{address}"></video>'


def question(number, name, text):
    """A row of answers to a question."""
    choices = " ".join(
        f'<label><input type="radio" name="{number}-{name}" value="{value}">{value}</label>'
        for value in range(MOST + 1)
    )
    return f'<fieldset data-name="{name}">{html.escape(text)}<br>{choices}</fieldset>'


def article(number, candidate, folder, args):
    """A candidate beside its truth."""
    prompt = (folder / "prompt.txt").read_text("utf-8") if (folder / "prompt.txt").exists() else ""
    name = html.escape(candidate.relative_to(args.candidates).as_posix(), quote=True)
    truth = video(folder / "ground_truth.mp4", args.output)
    rows = "\n".join(question(number, name, text) for name, (_, text) in QUESTIONS.items())
    return (
        f'<article data-candidate="{name}">\n<h2>{name}</h2>\n<p>{html.escape(prompt)}</p>\n'
        f'<div class="pair">{truth}{video(candidate, args.output)}</div>\n{rows}\n</article>\n'
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--truth", type=pathlib.Path, required=True, metavar="DATASET")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path("form.html"))
    args = parser.parse_args()
    folders = {path.parent.name: path.parent for path in args.truth.rglob("ground_truth.mp4")}
    articles = []
    for candidate in sorted(args.candidates.rglob("*.mp4")):
        names = (candidate.stem, candidate.parent.name, candidate.stem.rpartition("_")[0])
        folder = next((folders[name] for name in names if name in folders), None)
        if folder is not None:
            articles.append(article(len(articles), candidate, folder, args))
    args.output.write_text(HEAD + "".join(articles) + TAIL, "utf-8")
    print(f"{len(articles)} candidates, in {args.output}")


if __name__ == "__main__":
    main()
