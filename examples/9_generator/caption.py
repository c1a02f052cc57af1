"""A persistent generator in Python: a request a line, an answer a line."""

import json
import sys

TIMES = ["at dawn", "at noon", "at dusk", "by night"]
THINGS = ["a signpost", "a fork in the road", "a milestone"]

for line in sys.stdin:
    request = json.loads(line)
    seed = request["seed"]
    words = [THINGS[seed % 3], TIMES[seed % 4], request["params"].get("style", "a photo")]
    print(json.dumps({"result": "{2} of {0} {1}".format(*words)}), flush=True)
