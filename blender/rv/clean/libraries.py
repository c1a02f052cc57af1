# SPDX-License-Identifier: MIT
"""Settings inside of libraries: logging, decimal, csv, NumPy. Needs no Blender."""

from __future__ import annotations

import csv
import decimal
import logging
from typing import Any, Dict, Optional, Tuple

_UNSET = (logging.NOTSET, (), (), True, False)
_CONTEXTS = (decimal.DefaultContext, decimal.BasicContext, decimal.ExtendedContext)
_DECIMAL = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def _logger_state(logger: Any) -> Tuple[Any, ...]:
    handlers, filters = tuple(logger.handlers), tuple(logger.filters)
    return logger.level, handlers, filters, logger.propagate, logger.disabled


def _loggers() -> Dict[str, Any]:
    """All loggers that are there, the root as "", but placeholders."""
    found: Dict[str, logging.Logger] = {"": logging.root}
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger):
            found[name] = logger
    return found


def _levels() -> Tuple[int, ...]:
    return logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL


class Logging:
    """Levels, handlers and filters; a logger that a sample made is as a new one."""

    def __init__(self) -> None:
        self._kept = {name: _logger_state(logger) for name, logger in _loggers().items()}
        self._disabled = logging.root.manager.disable
        self._names = {level: logging.getLevelName(level) for level in _levels()}

    def restore(self) -> None:
        """Puts them back."""
        for name, logger in _loggers().items():
            kept = self._kept.get(name, _UNSET)
            if _logger_state(logger) != kept:
                level, handlers, filters, logger.propagate, logger.disabled = kept
                logger.handlers[:], logger.filters[:] = handlers, filters
                logger.setLevel(level)
        logging.disable(self._disabled)
        for level, name in self._names.items():
            if logging.getLevelName(level) != name:
                logging.addLevelName(level, name)


class Numbers:
    """How decimal numbers are rounded where nothing else is said, and the size of a CSV field."""

    def __init__(self) -> None:
        self._contexts = [self._state(context) for context in _CONTEXTS]
        self._field = csv.field_size_limit()
        self._dialects = {name: csv.get_dialect(name) for name in csv.list_dialects()}

    @staticmethod
    def _state(context: decimal.Context) -> Tuple[Any, ...]:
        settings = tuple(getattr(context, name) for name in _DECIMAL)
        return (*settings, dict(context.flags), dict(context.traps))

    def restore(self) -> None:
        """Puts them back."""
        for context, kept in zip(_CONTEXTS, self._contexts):
            if self._state(context) != kept:
                for name, value in zip(_DECIMAL, kept):
                    setattr(context, name, value)
                for mine, theirs in ((context.flags, kept[-2]), (context.traps, kept[-1])):
                    for signal, value in theirs.items():
                        mine[signal] = value
        csv.field_size_limit(self._field)
        for name in csv.list_dialects():
            if name not in self._dialects:
                csv.unregister_dialect(name)
        for name, dialect in self._dialects.items():
            csv.register_dialect(name, dialect)


class Numpy:
    """Settings of NumPy, from its first import on. Its random numbers are seeded by `Modules`."""

    def __init__(self) -> None:
        self._numpy: Any = None
        self._print: Dict[str, Any] = {}
        self._error: Dict[str, str] = {}
        self._call: Optional[Any] = None
        self._buffer = 0

    def take(self, numpy: Any) -> None:
        """Looks after NumPy, which was imported just now."""
        self._numpy = numpy
        self._print, self._error = numpy.get_printoptions(), numpy.geterr()
        self._call, self._buffer = numpy.geterrcall(), numpy.getbufsize()

    def restore(self) -> None:
        """Puts them back."""
        numpy = self._numpy
        if numpy is None:
            return
        if numpy.get_printoptions() != self._print:
            numpy.set_printoptions(**self._print)
        if numpy.geterr() != self._error:
            numpy.seterr(**self._error)
        if numpy.geterrcall() is not self._call:
            numpy.seterrcall(self._call)
        if numpy.getbufsize() != self._buffer:
            numpy.setbufsize(self._buffer)
        if hasattr(numpy, "set_string_function"):  # before NumPy 2
            numpy.set_string_function(None, repr=True)
            numpy.set_string_function(None, repr=False)
