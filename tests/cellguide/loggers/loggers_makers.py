"""Small tables for the tests of the logger readers."""

from __future__ import annotations

import numpy as np

from cellguide.loggers import reading
from cellguide.loggers.form import LoggerFile


def table(*lines: str, heading: str = "Date Time,Temp °C", **answers: str) -> LoggerFile:
    return reading.read("\n".join([heading, *lines, ""]).encode(), "table.csv", answers=answers)


def codes(file: LoggerFile) -> list[str]:
    return [problem.code for problem in file.problems]


def minutes(start: str, count: int, step: int = 5) -> list[str]:
    first = np.datetime64(start)
    return [str(first + np.timedelta64(step * index, "m")).replace("T", " ") for index in range(count)]
