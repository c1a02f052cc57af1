#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A judge that asks a vision-language model behind the common chat API.

    chat.py --url http://localhost:8000/v1 --model NAME [--frames 8] [--without-truth]

It sends the prompt, frames of truth and candidate as pictures, and the questions of the rubric to
URL/chat/completions, and reads the model's answer, JSON. A key, where the server wants one, comes
from the environment variable JUDGE_KEY. It needs FFmpeg and nothing else.
"""

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

from rubric import MOST, QUESTIONS, score

TRIES = 3
TIMEOUT_S = 120


def frames(path, count):
    """`count` pictures of a video, equally far apart, as data URLs."""
    probe = ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-of", "csv=p=0"]
    said = subprocess.check_output([*probe, "-show_entries", "stream=nb_read_frames", path])
    last = int(said.split()[0].strip(b",")) - 1
    numbers = sorted({round(i * last / max(count - 1, 1)) for i in range(count)})
    select = "+".join(f"eq(n,{number})" for number in numbers)
    jpegs = subprocess.check_output(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-vf", f"select='{select}'"]
        + ["-vsync", "0", "-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "3", "-"]
    )
    starts = [match.start() for match in re.finditer(b"\xff\xd8\xff", jpegs)] + [len(jpegs)]
    for start, end in zip(starts, starts[1:]):
        yield "data:image/jpeg;base64," + base64.b64encode(jpegs[start:end]).decode()


def picture(url):
    return {"type": "image_url", "image_url": {"url": url}}


def text(words):
    return {"type": "text", "text": words}


def messages(asked, args):
    """What the model is told and shown."""
    questions = "\n".join(f"- {name}: {words}" for name, (_, words) in QUESTIONS.items())
    content = [text(f"A video model was given a picture and this task:\n{asked['prompt']}")]
    if not args.without_truth:
        content.append(text("Frames of one right answer, in order:"))
        content += map(picture, frames(asked["truth"], args.frames))
    content.append(text("Frames of the video to be judged, in order:"))
    content += map(picture, frames(asked["candidate"], args.frames))
    content.append(
        text(
            f"Answer each question with a whole number from 0 (not at all) to {MOST} (fully):\n"
            f"{questions}\nOther right answers than the one shown are right, too. Reply with JSON "
            f'alone: {{{", ".join(f"{name!r}: N" for name in QUESTIONS)}, "says": "why"}}'.replace(
                "'", '"'
            )
        )
    )
    return [{"role": "user", "content": content}]


def ask(asked, args):
    """The model's words."""
    body = {"model": args.model, "temperature": 0, "messages": messages(asked, args)}
    headers = {"Content-Type": "application/json"}
    if os.environ.get("JUDGE_KEY"):
        headers["Authorization"] = f"Bearer {os.environ['JUDGE_KEY']}"
    request = urllib.request.Request(
        args.url.rstrip("/") + "/chat/completions", json.dumps(body).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:
        return json.load(reply)["choices"][0]["message"]["content"]


def answers_in(words):
    """The JSON object in a model's words, which may have more around it."""
    start, end = words.find("{"), words.rfind("}")
    if start < 0 or end < start:
        raise ValueError(f"no JSON in the model's answer: {words[:200]!r}")
    return json.loads(words[start : end + 1])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--without-truth", action="store_true", help="show the candidate alone")
    args = parser.parse_args()
    asked = json.load(sys.stdin)
    problem = None
    for _ in range(TRIES):
        try:
            answers = answers_in(ask(asked, args))
            print(json.dumps({"result": {"score": score(answers), **answers}}))
            return
        except (ValueError, KeyError, IndexError, urllib.error.URLError) as wrong:
            problem = wrong
    sys.exit(f"{args.url}: {problem}")


if __name__ == "__main__":
    main()
