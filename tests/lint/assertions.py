#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Finds what cannot fail a test: tests/lint/assertions.py FILE...

Bats ends a test at the first command that fails where the shell's `set -e` would. Prints FILE:LINE:
and a reason for each line of a bats file whose failure that does not see, or whose result is the
same when a part of it fails; what to write in its place is in tests/README.md. Exit status 1 when
there are any.
"""

import re
import sys
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Tuple

BLANK = re.compile(r"[ \t]+|\\\n|#.*")
ARITHMETIC_OR_TEST = re.compile(r"\[\[\s.*?\s\]\]|\(\(.*?\)\)", re.S)
DOCUMENT = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
FUNCTION = re.compile(r"(\w+)\(\)\s*{")
KEYWORD = re.compile(r"(!|if|elif|while|until|then|do|else)(?=\s)")
SEPARATOR = re.compile(r"&&|\|\|?|[;\n)]|&(?!>)|}(?=[\s;|&)]|$)")
END_OF_WORD = re.compile(r"[\s;|)]|&(?!>|\d|-)")
SINGLE_QUOTED = re.compile(r"\$'(?:\\.|[^'\\])*'|'[^']*'", re.S)

ASSIGNMENT = re.compile(r"\w+=")
CANNOT_FAIL = re.compile(
    r"(local|shift|echo|printf|return|fi|done|esac)( |$)|\w+=(?!.*\$\([^(])\S*$"
)
SUBSTITUTION = re.compile(r"[$<]\((?!\(|printf |echo |seq )")  # of what may fail
WANTED_STATUS = re.compile(r'-\d+$|-"\$|"\$\{\w+\[@\]\}"$')


@dataclass
class Command:
    """A simple command or a test, its words as they stand in the file."""

    line: int
    words: List[str] = field(default_factory=list)
    is_condition: bool = False
    is_negated: bool = False
    is_left: bool = False  # of && or ||


class Script:
    """The commands of a file, those in $(...) too; how many in each of its functions may fail."""

    def __init__(self, text: str) -> None:
        self.commands: List[Command] = []
        self.lists: List[int] = []  # the lines that have an && where a failure ends nothing
        self.functions: Dict[str, int] = {}
        self._text = text
        self._at = 0
        self._documents: List[str] = []  # ends of the here-documents that begin after this line
        self._group("", False)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _take(self, pattern: "re.Pattern[str]") -> str:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _group(self, end: str, is_condition: bool) -> int:
        """Reads the lists of commands up to `end`; how many of them may fail."""
        count = n_lists = 0
        begin = left = len(self.commands)  # of this list; of what comes after its last && or ||
        command = Command(self._line(), [], is_condition)
        while self._at < len(self._text):
            if self._take(BLANK):
                continue
            if not command.words:
                command.line = self._line()
            separator = SEPARATOR.match(self._text, self._at)
            if separator and not (separator[0] == "}" and (end != "}" or command.words)):
                if command.words:
                    self.commands.append(command)
                if separator[0] == "&&" and not is_condition:
                    if not (end == ")" and n_lists == 0 and command.words[0] == "cd"):
                        self.lists.append(command.line)
                command = Command(self._line(), [], is_condition)
                self._at = separator.end()
                if separator[0] in ("&&", "||"):
                    left = len(self.commands)
                if separator[0] in ("&&", "||", "|"):
                    continue
                for earlier in self.commands[begin:left]:
                    earlier.is_left = True
                count += any(
                    not c.is_condition and not CANNOT_FAIL.match(" ".join(c.words))
                    for c in self.commands[begin:]
                )
                n_lists += 1
                begin = left = len(self.commands)
                if separator[0] == "\n":
                    self._skip_documents()
                if separator[0] == end:
                    return count
            elif found := FUNCTION.match(self._text, self._at):
                self._at = found.end()
                self.functions[found[1]] = self._group("}", False)
            elif self._text[self._at] == "{" and command.words[:1] in ([], ["@test"]):
                self._at += 1
                self._group("}", is_condition)
            elif not command.words and (word := self._take(ARITHMETIC_OR_TEST)):
                command.words.append(word)
            elif not command.words and self._text[self._at] == "(":
                self._at += 1
                self._group(")", is_condition)
            elif found := DOCUMENT.match(self._text, self._at):
                self._at = found.end()
                self._documents.append(found[2])
            elif not command.words and (word := self._take(KEYWORD)):
                if word == "!":
                    command.is_negated = True
                else:
                    is_condition = word in ("if", "elif", "while", "until")
                    command.is_condition = is_condition
            else:
                command.words.append(self._word(is_condition))
        return count

    def _skip_documents(self) -> None:
        for end in self._documents:
            found = re.compile(rf"^\t*{end}$", re.M).search(self._text, self._at)
            self._at = found.end() + 1 if found else len(self._text)
        self._documents = []

    def _word(self, is_condition: bool) -> str:
        begin = self._at
        while self._at < len(self._text) and not END_OF_WORD.match(self._text, self._at):
            if self._text[self._at] == '"':
                self._at += 1
                while self._text[self._at] != '"':
                    self._part(is_condition)
                self._at += 1
            elif not self._take(SINGLE_QUOTED):
                self._part(is_condition)
        return self._text[begin : self._at]

    def _part(self, is_condition: bool) -> None:
        """One character of a word, or the substitution that begins there."""
        opening = self._text[self._at : self._at + 3]
        if opening[0] == "\\":
            self._at += 2
        elif opening == "$((" or opening[:2] == "${":
            depth, close = 0, {"(": ")", "{": "}"}[opening[1]]
            while depth > 0 or self._text[self._at] in "$" + opening[1]:
                depth += {opening[1]: 1, close: -1}.get(self._text[self._at], 0)
                self._at += 1
        elif opening[:2] in ("$(", "<(", ">("):
            self._at += 2
            self._group(")", is_condition)
        else:
            self._at += 1


def faults(command: Command, long_functions: List[str]) -> Iterator[str]:
    """What is wrong with a command, by itself."""
    words = [SINGLE_QUOTED.sub("''", word) for word in command.words]
    while len(words) > 1 and ASSIGNMENT.match(words[0]):
        del words[0]
    name, text = words[0], " ".join(words)
    is_test = name.startswith("[")
    substituted = [word for word in words if SUBSTITUTION.search(word)]
    called = name
    if name in ("run", "pipe"):
        called = next((word for word in words[1:] if word[0] not in '-"'), "")
        if not any(WANTED_STATUS.match(word) for word in words[1:]):
            yield f"{name} without -N: nothing looks at the status"
    if called in long_functions:
        if called != name or command.is_condition or command.is_negated or command.is_left:
            yield f"{called} has several commands: here its last one alone counts"
    if command.is_negated and not command.is_condition:
        yield "! COMMAND: that it succeeds ends nothing"
    if name in ("local", "export", "declare", "readonly") and re.search(r'="?\$\((?!\()', text):
        yield f"{name} NAME=$(...): the status of the command is lost"
    if name == "for" and substituted:
        yield "for NAME in $(...): of a command that fails there is nothing to look at"
    if is_test and substituted and "!=" in text.split():
        yield "$(...) != TEXT: what a command that fails prints differs too"
    if name == "[" and substituted and not {"-z", "''", '""'}.isdisjoint(command.words):
        yield "-z $(...): a command that fails prints nothing too"
    if (name == "[" or name in ("diff", "cmp")) and len(substituted) > 1:
        yield "two substitutions are the same when both commands fail"
    if (
        "bash -c" in text
        and any("|" in word for word in command.words)
        and "PIPESTATUS" not in str(command.words)
    ):
        yield "bash -c 'A | B': the status of A is lost"
    if words == ["wait"]:
        yield "wait without a process always succeeds"


def main(paths: List[str]) -> int:
    scripts = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            scripts[path] = Script(file.read())
    found: List[Tuple[str, int, str]] = []
    for path, script in scripts.items():
        functions = dict(script.functions)
        for other in scripts:
            if other.endswith(".bash"):
                functions.update(scripts[other].functions)
        long_functions = [name for name, count in functions.items() if count > 1]
        found += [(path, line, "A && B: that A fails ends nothing") for line in script.lists]
        for command in script.commands:
            found += [(path, command.line, reason) for reason in faults(command, long_functions)]
        if path.endswith(".bats") and not any(
            c.words == ["load", "lib/common"] for c in script.commands
        ):
            found.append((path, 1, "without `load lib/common` the status of A in A | B is lost"))
    for path, line, reason in sorted(found):
        print(f"{path}:{line}: {reason}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
