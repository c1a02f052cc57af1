/* SPDX-License-Identifier: MIT */
/*
 * The profile `vbvr`: the weights and formulas of VBVR's template for 3D tasks. The truth does not score 1 in it:
 * smoothness, quality and physics do not look at the truth, and ask for what excludes each other.
 *
 * first_frame_consistency, 0.15, of s, the SSIM of the first frame and first_frame.png; without that 0.5:
 *	s >= 0.95: 1;  s >= 0.85: 0.8 + 2 (s - 0.85);  s >= 0.7: 0.5 + 2 (s - 0.7);  else s / 1.4
 * final_frame_accuracy, 0.35, of the last frame and final_frame.png, without that the truth's last frame:
 *	0.7 SSIM + 0.3 clamp((PSNR - 20) / 20)
 * temporal_smoothness, 0.15, of d, the mean absolute differences from frame to frame in 0..1; 1 for one frame:
 *	0.6 (1 - min(1, std(d) / 0.1)) + 0.4 (1 - min(1, max(d) / 0.3))
 * visual_quality, 0.10, the mean over every max(1, n / 10)th frame in grey, g:
 *	0.6 min(1, Var(Laplacian g) / 1000) + 0.4 (1 - min(1, mean |g - Gauss5x5 g| / 30))
 * task_specific, 0.25, with m(i), the mean length of the flow from frame i to the next:
 *	0.40 collision + 0.35 physics + 0.25 integrity
 *
 * collision, of r, the mean m over the second half against that of the truth; 0.5 where one has fewer than 2 frames:
 *	max(0, 1 - |1 - r|);  where the truth's is 0: 1 below 0.5, else 0.5
 * physics, of m(i) for every max(1, n / 20)th i, and J, its largest change; 0.5 for fewer than 3 frames:
 *	0.5 (1 - min(1, J / max(3 mean, 1))) + 0.5 (mean > 0.1 ? min(1, mean / 2) : 0.3)
 * integrity, of the SSIM of frames i and i + gap for every gap-th i, gap = max(1, n / 10):
 *	0.5 min(1, min / 0.5) + 0.5 min(1, mean / 0.7)
 */
#ifndef RV_VERIFY_SCORE_VBVR_H
#define RV_VERIFY_SCORE_VBVR_H

#include "verify/score/profile.h"

extern const struct verify_score_profile verify_score_profile_vbvr;

#endif
