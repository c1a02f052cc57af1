#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A judge of several: combine.py WEIGHT JUDGE [WEIGHT JUDGE]...

JUDGE is a line for the shell that is a judge itself, or the name of a dimension that rv-verify has
measured ("rule", or "score" for all of them). The score is the mean by the weights:

    rv-verify ... --judge-weight 1 --judge 'python3 combine.py 2 rule 1 "python3 people.py a.json"'
"""

import json
import subprocess
import sys


def ask(judge, request):
    """The score that a judge gives."""
    asked = json.loads(request)
    measured = {**asked["dimensions"], "score": asked["score"]}
    if judge in measured:
        return measured[judge]
    reply = subprocess.run(judge, shell=True, input=request, stdout=subprocess.PIPE, check=True)
    result = json.loads(reply.stdout)["result"]
    return result["score"] if isinstance(result, dict) else result


def main():
    words = sys.argv[1:]
    if not words or len(words) % 2:
        sys.exit(__doc__)
    request = sys.stdin.buffer.read()
    weights = [float(weight) for weight in words[::2]]
    scores = [ask(judge, request) for judge in words[1::2]]
    mean = sum(w * s for w, s in zip(weights, scores)) / sum(weights)
    print(json.dumps({"result": {"score": mean, "scores": dict(zip(words[1::2], scores))}}))


if __name__ == "__main__":
    main()
