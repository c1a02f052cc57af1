# SPDX-License-Identifier: MIT
PROMPTS = {
    "heavy": "A heavy ball rolls into a tower of {blocks} blocks. What happens?",
    "light": "A light ball rolls into a tower of {blocks} blocks. What happens?",
}


def get_prompt(kind, blocks, metadata=None):
    return PROMPTS[kind].format(blocks=blocks)
