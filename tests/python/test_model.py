# SPDX-License-Identifier: MIT
"""What stands in for pydantic: as pydantic does it in its lax mode."""

import unittest
from typing import Any, Dict, List, Literal, Optional

from rv.plain.model import BaseModel, ConfigDict, Field, ValidationError


class Base(BaseModel):
    model_config = ConfigDict(extra="ignore")

    count: int
    name: str
    size: tuple[int, int] = (800, 500)
    seed: Optional[int] = None


class Task(Base):
    name: str = Field(default="task")
    share: float = Field(default=0.5, ge=0, lt=1)
    tags: List[str] = Field(default_factory=list, max_length=2)
    kind: Literal["a", "b"] = "a"
    extra: Dict[str, Any] = {}
    on: bool = False
    base: Optional[Base] = None


class ModelTest(unittest.TestCase):
    def test_fields_in_order_with_defaults(self):
        self.assertEqual(list(Task.model_fields)[:4], ["count", "name", "size", "seed"])
        task = Task(count=3)
        self.assertEqual(task.name, "task")
        self.assertEqual(task.model_fields_set, {"count"})
        self.assertEqual(repr(task)[:27], "Task(count=3, name='task', ")
        self.assertIsNot(Task(count=1).tags, Task(count=1).tags)
        self.assertIsNot(Task(count=1).extra, Task(count=1).extra)

    def test_values_become_what_annotations_say(self):
        task = Task(count="3", size=[1, "2"], seed=4.0, share="0.25", on="yes", unknown=5)
        self.assertEqual((task.count, task.size, task.seed, task.share), (3, (1, 2), 4, 0.25))
        self.assertIs(task.on, True)
        self.assertFalse(hasattr(task, "unknown"))
        self.assertEqual(Task(count=1, base={"count": "2", "name": "n"}).base.count, 2)

    def test_what_is_wrong_is_named(self):
        for values, text in (
            ({}, "Task: count: a value is missing"),
            ({"count": 1.5}, "Task: count: 1.5 is no int"),
            ({"count": float("inf")}, "Task: count: inf is no int"),
            ({"count": []}, "Task: count: [] is no int"),
            ({"count": 1, "name": 5}, "Task: name: 5 is no str"),
            ({"count": 1, "size": (1,)}, "Task: size: (1,) must have 2 members"),
            ({"count": 1, "share": 1}, "Task: share: 1.0 must be less than 1"),
            ({"count": 1, "kind": "c"}, "Task: kind: 'c' must be one of 'a', 'b'"),
            ({"count": 1, "on": "maybe"}, "Task: on: 'maybe' is no bool"),
            ({"count": 1, "tags": "ab"}, "Task: tags: 'ab' is no list"),
            (
                {"count": 1, "tags": ["a", "b", "c"], "share": -1},
                "Task: share: -1.0 must be greater than or equal to 0;"
                " tags: ['a', 'b', 'c'] must be of a length of at most 2",
            ),
        ):
            with self.subTest(values), self.assertRaises(ValidationError) as caught:
                Task(**values)
            self.assertEqual(str(caught.exception), text)

    def test_dumps_and_copies(self):
        task = Task.model_validate({"count": 1, "base": {"count": 2, "name": "n"}})
        dumped = task.model_dump(exclude_unset=True)
        self.assertEqual(dumped["base"]["size"], (800, 500))
        self.assertEqual(task.model_dump(include={"count"}), {"count": 1})
        self.assertEqual(task.model_dump(exclude_none=True, exclude={"base"}).get("seed", 7), 7)
        self.assertIn('"size":[800,500]', task.model_dump_json())
        other = task.model_copy(update={"count": 9})
        self.assertEqual((task.count, other.count), (1, 9))
        self.assertEqual(task, Task(count=1, base=Base(count=2, name="n")))
        self.assertNotEqual(task, other)
