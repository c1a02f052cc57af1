#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scores videos by VBVR's formulas with OpenCV and NumPy alone: vbvr_score.py VIDEO FOLDER [...]

FOLDER is that of the task. Prints a line of JSON for each pair: the dimensions and the overall
score. It is written from the formulas in tools/verify/score/vbvr.h, and shares nothing with rv.
"""
import json
import os
import sys

import cv2
import numpy as np

cv2.setNumThreads(1)
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def fit(frame, size):
    """Bring a frame to the size of the truth's, without the borders that fill it up."""
    width, height = size
    if frame.shape[1::-1] == size:
        return frame
    aspect, wanted = frame.shape[1] / frame.shape[0], width / height
    best = frame
    if abs(aspect - wanted) / wanted >= 0.05:
        for level in (128, 255, 0):
            other = (np.abs(frame.astype(int) - level) > 20).any(2)
            if not other.any():
                continue
            rows, columns = np.flatnonzero(other.any(1)), np.flatnonzero(other.any(0))
            crop = frame[
                max(rows[0] - 2, 0) : rows[-1] + 3, max(columns[0] - 2, 0) : columns[-1] + 3
            ]
            area = crop.shape[0] * crop.shape[1]
            if 0.2 * frame[..., 0].size < area < best[..., 0].size:
                best = crop
    return cv2.resize(best, size)


def load(path, size=None):
    """Return the frames of a video, 100 at most."""
    video, frames = cv2.VideoCapture(path), []
    while True:
        ok, frame = video.read()
        if not ok:
            break
        frames.append(frame)
    if len(frames) > 100:
        frames = [frames[i] for i in np.linspace(0, len(frames) - 1, 100).astype(int)]
    return [fit(frame, size) for frame in frames] if size else frames


def grey(frame):
    return cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)


def ssim(a, b):
    a, b = grey(a).astype(np.float64), grey(b).astype(np.float64)

    def blur(plane):
        return cv2.GaussianBlur(plane, (11, 11), 1.5)

    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    both = blur(a * b) - mean_a * mean_b
    top = (2 * mean_a * mean_b + C1) * (2 * both + C2)
    return float((top / ((mean_a**2 + mean_b**2 + C1) * (var_a + var_b + C2))).mean())


def first_frame(frames, still):
    s = ssim(frames[0], still)
    if s >= 0.95:
        return 1.0
    if s >= 0.85:
        return 0.8 + (s - 0.85) / 0.10 * 0.2
    if s >= 0.70:
        return 0.5 + (s - 0.70) / 0.15 * 0.3
    return s / 0.70 * 0.5


def final_frame(frames, still):
    psnr = cv2.PSNR(frames[-1], still) if (frames[-1] != still).any() else np.inf
    return 0.7 * ssim(frames[-1], still) + 0.3 * min(max((psnr - 20) / 20, 0), 1)


def smoothness(frames):
    pairs = zip(frames, frames[1:])
    d = [np.abs(a.astype(float) - b.astype(float)).mean() / 255 for a, b in pairs]
    if not d:
        return 1.0
    return 0.6 * (1 - min(1, np.std(d) / 0.1)) + 0.4 * (1 - min(1, max(d) / 0.3))


def quality(frames):
    scores = []
    for frame in frames[:: max(1, len(frames) // 10)]:
        g = grey(frame)
        sharp = min(1, cv2.Laplacian(g, cv2.CV_64F).var() / 1000)
        blurred = cv2.GaussianBlur(g, (5, 5), 0)
        noise = min(1, np.abs(g.astype(float) - blurred.astype(float)).mean() / 30)
        scores.append(0.6 * sharp + 0.4 * (1 - noise))
    return float(np.mean(scores))


def flow(a, b):
    field = cv2.calcOpticalFlowFarneback(grey(a), grey(b), None, 0.5, 3, 15, 3, 5, 1.2, 0)
    return float(np.linalg.norm(field, axis=2).mean())


def flows(frames, by=1):
    return [flow(frames[i], frames[i + 1]) for i in range(0, len(frames) - 1, by)]


def task(frames, truth):
    late, wanted = (flows(clip[len(clip) // 2 :]) for clip in (frames, truth))
    if not late or not wanted:
        collision = 0.5
    elif np.mean(wanted) == 0:
        collision = 1.0 if np.mean(late) < 0.5 else 0.5
    else:
        collision = max(0, 1 - abs(1 - np.mean(late) / np.mean(wanted)))
    physics = 0.5
    if len(frames) >= 3:
        lengths = flows(frames, max(1, len(frames) // 20))
        mean = np.mean(lengths)
        jump = np.abs(np.diff(lengths)).max() if len(lengths) > 1 else 0
        physics = 0.5 * (1 - min(1, jump / max(3 * mean, 1)))
        physics += 0.5 * (min(1, mean / 2) if mean > 0.1 else 0.3)
    gap = max(1, len(frames) // 10)
    same = [ssim(frames[i], frames[i + gap]) for i in range(0, len(frames) - gap, gap)]
    integrity = 0.5 * min(1, min(same) / 0.5) + 0.5 * min(1, np.mean(same) / 0.7) if same else 1
    return 0.40 * collision + 0.35 * physics + 0.25 * integrity


def score(path, folder):
    first = cv2.imread(os.path.join(folder, "first_frame.png"))
    final = cv2.imread(os.path.join(folder, "final_frame.png"))
    size = first.shape[1::-1]
    truth = load(os.path.join(folder, "ground_truth.mp4"), size)
    frames = load(path, size)
    dimensions = {
        "first_frame_consistency": first_frame(frames, first),
        "final_frame_accuracy": final_frame(frames, final if final is not None else truth[-1]),
        "temporal_smoothness": smoothness(frames),
        "visual_quality": quality(frames),
        "task_specific": task(frames, truth),
    }
    weights = (0.15, 0.35, 0.15, 0.10, 0.25)
    overall = sum(w * d for w, d in zip(weights, dimensions.values()))
    return {"score": float(overall), "dimensions": {k: float(v) for k, v in dimensions.items()}}


def main():
    for path, folder in zip(sys.argv[1::2], sys.argv[2::2]):
        print(json.dumps(score(path, folder)))


if __name__ == "__main__":
    main()
