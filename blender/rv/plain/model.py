# SPDX-License-Identifier: MIT
"""What generators use of pydantic, for a Python that has none: BaseModel, Field, ConfigDict.

A subclass of BaseModel has a field for each annotation. Values are made what the annotation says,
in pydantic's lax mode: "3" and 3.0 are an int, a list is a tuple, "yes" is a bool. What is no
field is ignored; what is wrong is a ValidationError, which names model, field and value. Needs no
Blender.
"""

from __future__ import annotations

import copy
import inspect
import json
import math
import typing
from typing import Any, Callable, ClassVar, Dict, List, Optional, Set, Tuple, Union

ConfigDict = dict
_MISSING: Any = ...
_NONE = type(None)
_TRUE = {"1", "true", "t", "yes", "y", "on"}
_FALSE = {"0", "false", "f", "no", "n", "off"}


class ValidationError(ValueError):
    """Values that a model cannot take."""


class FieldInfo:
    """What `Field` says of a field."""

    def __init__(
        self,
        default: Any,
        default_factory: Optional[Callable[[], Any]],
        limits: Dict[str, Any],
        description: Optional[str],
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.limits = limits
        self.description = description

    def is_required(self) -> bool:
        """Whether a model cannot be made without it."""
        return self.default is _MISSING and self.default_factory is None

    def first(self) -> Any:
        """What the field is where nothing is given; each model gets a copy of its own."""
        if self.default_factory is not None:
            return self.default_factory()
        return copy.deepcopy(self.default)


def Field(
    default: Any = _MISSING,
    *,
    default_factory: Optional[Callable[[], Any]] = None,
    description: Optional[str] = None,
    gt: Any = None,
    ge: Any = None,
    lt: Any = None,
    le: Any = None,
    min_length: Optional[int] = None,
    max_length: Optional[int] = None,
    **_: Any,
) -> Any:
    """A field's default and limits. What else pydantic takes is ignored."""
    limits = {"gt": gt, "ge": ge, "lt": lt, "le": le}
    limits.update(min_length=min_length, max_length=max_length)
    given = {key: value for key, value in limits.items() if value is not None}
    return FieldInfo(default, default_factory, given, description)


_LIMITS: Dict[str, Tuple[str, Callable[[Any, Any], bool]]] = {
    "gt": ("greater than", lambda value, limit: value > limit),
    "ge": ("greater than or equal to", lambda value, limit: value >= limit),
    "lt": ("less than", lambda value, limit: value < limit),
    "le": ("less than or equal to", lambda value, limit: value <= limit),
    "min_length": ("of a length of at least", lambda value, limit: len(value) >= limit),
    "max_length": ("of a length of at most", lambda value, limit: len(value) <= limit),
}


class BaseModel:
    """See above."""

    model_config: ClassVar[Dict[str, Any]] = {}
    model_fields: ClassVar[Dict[str, FieldInfo]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        fields: Dict[str, FieldInfo] = {}
        for base in reversed(cls.__mro__):
            for name, hint in inspect.get_annotations(base).items():
                if _is_field(name, hint):
                    known = fields.get(name)
                    value = vars(base).get(name, known if known is not None else _MISSING)
                    fields[name] = value if isinstance(value, FieldInfo) else _plain_field(value)
        cls.model_fields = fields

    def __init__(self, **values: Any) -> None:
        hints = typing.get_type_hints(type(self))
        faults: List[str] = []
        self.model_fields_set: Set[str] = set()
        for name, info in self.model_fields.items():
            if name not in values:
                if info.is_required():
                    faults.append(f"{name}: a value is missing")
                else:
                    vars(self)[name] = info.first()
                continue
            try:
                value = _coerced(values[name], hints[name])
                _check(value, info.limits)
            except (TypeError, ValueError) as error:
                faults.append(f"{name}: {error}")
                continue
            vars(self)[name] = value
            self.model_fields_set.add(name)
        if faults:
            raise ValidationError(f"{type(self).__name__}: {'; '.join(faults)}")
        self.model_post_init(None)

    def model_post_init(self, context: Any) -> None:
        """Is called when all fields are there."""

    @classmethod
    def model_validate(cls, values: Dict[str, Any]) -> Any:
        """A model of a dict."""
        return cls(**values)

    def model_dump(
        self,
        *,
        mode: str = "python",
        include: Optional[Any] = None,
        exclude: Optional[Any] = None,
        exclude_none: bool = False,
        exclude_unset: bool = False,
    ) -> Dict[str, Any]:
        """The fields as a dict, models among them as dicts too; `mode` "json": tuples as lists."""
        found: Dict[str, Any] = {}
        for name in self.model_fields:
            value = getattr(self, name)
            is_wanted = (include is None or name in include) and name not in (exclude or ())
            if is_wanted and not (exclude_none and value is None):
                if not exclude_unset or name in self.model_fields_set:
                    found[name] = _dumped(value, mode == "json")
        return found

    def model_dump_json(self, *, indent: Optional[int] = None, **kwargs: Any) -> str:
        """The fields as JSON text."""
        separators = (",", ":") if indent is None else None
        values = self.model_dump(mode="json", **kwargs)
        return json.dumps(values, ensure_ascii=False, indent=indent, separators=separators)

    def model_copy(self, *, update: Optional[Dict[str, Any]] = None, deep: bool = False) -> Any:
        """A copy with other values, which are not checked."""
        other = copy.deepcopy(self) if deep else copy.copy(self)
        other.model_fields_set = self.model_fields_set | set(update or ())
        vars(other).update(update or {})
        return other

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.model_dump() == self.model_dump()  # type: ignore

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.model_fields)
        return f"{type(self).__name__}({fields})"


def _is_field(name: str, hint: Any) -> bool:
    return not name.startswith(("_", "model_")) and "ClassVar" not in str(hint)


def _plain_field(default: Any) -> FieldInfo:
    return FieldInfo(default, None, {}, None)


def _check(value: Any, limits: Dict[str, Any]) -> None:
    for key, limit in limits.items():
        words, holds = _LIMITS[key]
        if not holds(value, limit):
            raise ValueError(f"{value!r} must be {words} {limit}")


def _dumped(value: Any, as_json: bool) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json" if as_json else "python")
    if isinstance(value, dict):
        return {key: _dumped(member, as_json) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        members = [_dumped(member, as_json) for member in value]
        return members if as_json or isinstance(value, list) else tuple(members)
    return value


def _coerced(value: Any, hint: Any) -> Any:
    """The value as its annotation wants it. ValueError or TypeError when it cannot be that."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or isinstance(hint, typing.TypeVar):
        return value
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"{value!r} must be one of {', '.join(map(repr, arguments))}")
        return value
    if origin is Union or type(hint).__name__ == "UnionType":
        return _of_union(value, arguments)
    if origin in (list, set, frozenset, tuple) or hint in (list, set, frozenset, tuple):
        return _of_members(value, origin or hint, arguments)
    if origin is dict:
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} is no dict")
        return {_coerced(k, arguments[0]): _coerced(v, arguments[1]) for k, v in value.items()}
    return _of_class(value, hint)


def _of_union(value: Any, choices: Tuple[Any, ...]) -> Any:
    for choice in choices:
        if value.__class__ is choice:
            return value
    reasons = []
    for choice in choices:
        try:
            return _coerced(value, choice)
        except (TypeError, ValueError) as error:
            reasons.append(str(error))
    raise ValueError(reasons[0])


def _of_members(value: Any, kind: Any, hints: Tuple[Any, ...]) -> Any:
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    if kind is tuple and hints and hints[-1] is not ...:
        if len(value) != len(hints):
            raise ValueError(f"{value!r} must have {len(hints)} members")
        return tuple(_coerced(member, hint) for member, hint in zip(value, hints))
    return kind(_coerced(member, hints[0]) if hints else member for member in value)


def _of_class(value: Any, kind: Any) -> Any:
    if kind is _NONE:
        if value is not None:
            raise ValueError(f"{value!r} must be None")
    elif kind is bool:
        return _bool(value)
    elif kind in (int, float):
        return _number(value, kind)
    elif isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(value, dict):
        return kind(**value)
    elif isinstance(kind, type) and not isinstance(value, kind):
        if kind is str or not isinstance(value, str):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return kind(value)  # of a Path, an Enum
    return value


def _bool(value: Any) -> bool:
    word = str(value).lower()
    if isinstance(value, (bool, int, str)) and word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError(f"{value!r} is no bool")


def _number(value: Any, kind: Any) -> Any:
    if not isinstance(value, (int, float, str)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    if kind is float:
        return float(value)
    number = float(value) if isinstance(value, str) and "." in value else value
    whole = int(number) if isinstance(number, str) or math.isfinite(number) else 0
    if isinstance(number, float) and number != whole:
        raise ValueError(f"{value!r} is no int")
    return whole
