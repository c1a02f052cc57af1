# SPDX-License-Identifier: MIT
"""Optical flow for rv-verify --profile vbvr, by OpenCV: a request a line, an answer a line.

Asked {"frames": PATH, "width": W, "height": H, "pairs": [[A, B], ...]}, with grey frames of 8 bits
one after the other in PATH, it answers {"result": [M, ...]}: for each pair the mean length of
Farneback's flow from frame A to frame B, in pixels.
"""

import json
import os
import sys

SYSTEM = "/usr/bin/python3"  # a distribution's OpenCV is for its own Python

try:
    import cv2
    import numpy
except ImportError as missing:
    if os.path.exists(SYSTEM) and not os.path.samefile(sys.executable, SYSTEM):
        os.execv(SYSTEM, [SYSTEM, *sys.orig_argv[1:]])
    sys.exit(
        f"{missing}: it needs OpenCV: apt install python3-opencv, or pip install opencv-python"
    )

cv2.setNumThreads(1)
for line in sys.stdin:
    asked = json.loads(line)
    frames = numpy.fromfile(asked["frames"], numpy.uint8)
    frames = frames.reshape(-1, asked["height"], asked["width"])
    lengths = []
    for a, b in asked["pairs"]:
        flow = cv2.calcOpticalFlowFarneback(
            frames[a], frames[b], None, 0.5, 3, 15, 3, 5, 1.2, 0  # pyramid, window, polynomials
        )
        lengths.append(float(numpy.hypot(flow[..., 0], flow[..., 1]).mean()))
    print(json.dumps({"result": lengths}), flush=True)
