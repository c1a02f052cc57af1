# SPDX-License-Identifier: MIT
"""The questions that people and models are asked about a video, and what the answers come to."""

MOST = 4
QUESTIONS = {
    "answer": (4, "Does the video show a right answer to the prompt, whatever else it shows?"),
    "process": (
        3,
        "Does it get there in a way that is possible: nothing appears, vanishes, jumps or goes "
        "through something?",
    ),
    "scene": (2, "Is it the scene of the first frame to the end: objects, colours, camera?"),
    "picture": (1, "Is the picture clean: no flicker, no blur, no debris?"),
}


def score(answers: dict) -> float:
    """0 to 1, of an answer from 0 to 4 to each question."""
    total = 0.0
    for name, (weight, _) in QUESTIONS.items():
        answer = answers.get(name)
        if isinstance(answer, bool) or not isinstance(answer, (int, float)):
            raise ValueError(f"no answer to '{name}'")
        if not 0 <= answer <= MOST:
            raise ValueError(f"the answer to '{name}' is {answer}, must be 0 to {MOST}")
        total += weight * answer / MOST
    right = answers["answer"] > 0
    return total / sum(weight for weight, _ in QUESTIONS.values()) if right else 0.0
