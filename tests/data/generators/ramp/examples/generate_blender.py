# SPDX-License-Identifier: MIT
"""blender -b -P examples/generate_blender.py -- --num-samples 10"""

import argparse
import os
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from src import RampGenerator, TaskConfig  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--num-samples", type=int, default=3)
    parser.add_argument("--no-video", action="store_true")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--samples", type=int, default=50)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--output", default="data/questions")
    given = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else [])
    config = TaskConfig(
        num_samples=given.num_samples,
        random_seed=given.seed,
        output_dir=given.output,
        no_video=given.no_video,
        render_samples=given.samples,
        dry_run=given.dry_run,
    )
    RampGenerator(config).generate_dataset()


if __name__ == "__main__":
    main()
