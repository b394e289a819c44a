"""Moments, spans, missing values and exact numbers as nodes of a tree, and back, exactly.

Those of Python's `datetime`, `decimal`, `fractions` and `uuid`, and pandas' own scalars, also
where the other side has no pandas, or one that lacks `NA`: then the missing value is nan.
"""

import datetime as dt
import decimal
import fractions
import importlib
import uuid
from typing import Any, Callable, Dict

Node = Any
_FIXED = ("timezone", "_FixedOffset", "tzutc", "tzoffset")  # of datetime, pytz and dateutil


def encode_python(value: Any) -> Node:
    """Return the node of a value of Python's own modules, or None for any other."""
    encoder = _PYTHON.get(type(value))
    return None if encoder is None else encoder(value)


def encode_pandas(value: Any) -> Node:
    """Return the node of one of pandas' scalars, or None for anything else."""
    kind = type(value).__name__
    if kind == "NaTType":
        return {"$": "nat"}
    if kind == "NAType":
        return {"$": "na"}
    if kind in ("Timestamp", "Timedelta"):
        count, unit = ticks(value.asm8)
        node = {"$": kind.lower(), "v": count, "unit": unit}
        if getattr(value, "tzinfo", None) is not None:
            node["tz"] = zone(value.tzinfo)
        return node
    if kind == "Period":
        return {"$": "period", "v": int(value.ordinal), "freq": value.freqstr}
    return None


def ticks(moment: Any) -> Any:
    """Return the count and the unit of a `datetime64` or `timedelta64`."""
    import numpy as np

    return int(moment.astype("int64")), np.datetime_data(moment.dtype)[0]


def zone(tz: Any) -> Any:
    """Return a time zone by its name, or by its offset where it is fixed and has none."""
    if tz is None:
        return None
    name = getattr(tz, "key", None) or getattr(tz, "zone", None)
    if name:
        return str(name)
    file = getattr(tz, "_filename", None)
    if file:
        return "dateutil/" + str(file)
    if type(tz).__name__ not in _FIXED:  # the machine's own zone: what it means is not in the value
        raise ValueError("`{!r}` is a time zone without a name".format(tz))  # noqa: EM103 - messages read better where they are raised
    made = "pytz" if type(tz).__module__.startswith("pytz") else "datetime"
    return {"seconds": tz.utcoffset(None).total_seconds(), "of": made}


def zone_from(told: Any) -> Any:
    """Return the time zone that `zone` told."""
    if told is None or isinstance(told, str):
        return told if told is None else _named(told)
    if told["of"] == "pytz" and not told["seconds"] % 60:
        try:
            return importlib.import_module("pytz").FixedOffset(int(told["seconds"]) // 60)
        except ImportError:
            pass
    if not told["seconds"]:
        return dt.timezone.utc
    return dt.timezone(dt.timedelta(seconds=told["seconds"]))


def _named(name: str) -> Any:
    if name.startswith("dateutil/"):
        return importlib.import_module("dateutil.tz").tzfile(name[len("dateutil/") :])
    for module, maker in (("zoneinfo", "ZoneInfo"), ("pytz", "timezone"), ("dateutil.tz", "gettz")):
        try:
            found = getattr(importlib.import_module(module), maker)(name)
        except Exception:  # noqa: BLE001, S112 - each library has its own error for a name that it lacks
            continue
        if found is not None:
            return found
    raise ValueError("the time zone `{}` is not known here".format(name))  # noqa: EM103 - as above


def _datetime(value: dt.datetime) -> Node:
    fields = [value.year, value.month, value.day, value.hour, value.minute, value.second]
    fields.append(value.microsecond)
    return {"$": "datetime", "v": fields, "fold": value.fold, "tz": zone(value.tzinfo)}


def _time(value: dt.time) -> Node:
    fields = [value.hour, value.minute, value.second, value.microsecond]
    return {"$": "time", "v": fields, "fold": value.fold, "tz": zone(value.tzinfo)}


_PYTHON: Dict[type, Callable[[Any], Node]] = {
    dt.datetime: _datetime,
    dt.date: lambda value: {"$": "date", "v": [value.year, value.month, value.day]},
    dt.time: _time,
    dt.timedelta: lambda value: {
        "$": "span",
        "v": [value.days, value.seconds, value.microseconds],
    },
    decimal.Decimal: lambda value: {"$": "decimal", "v": str(value)},
    fractions.Fraction: lambda value: {"$": "fraction", "v": str(value)},
    uuid.UUID: lambda value: {"$": "uuid", "v": str(value)},
}


def _pandas() -> Any:
    try:
        return importlib.import_module("pandas")
    except ImportError:
        return None


def _missing(tree: Node) -> Any:
    pd = _pandas()
    name = "NaT" if tree["$"] == "nat" else "NA"
    return getattr(pd, name, float("nan"))


def _moment(tree: Node) -> Any:
    import numpy as np

    pd = _pandas()
    if tree["$"] == "timedelta":
        span = np.timedelta64(tree["v"], tree["unit"])
        return span if pd is None else pd.Timedelta(span)
    moment = np.datetime64(tree["v"], tree["unit"])
    if pd is None:
        return moment
    made = pd.Timestamp(moment)
    told = tree.get("tz")
    return made if told is None else made.tz_localize("UTC").tz_convert(zone_from(told))


def _period(tree: Node) -> Any:
    return importlib.import_module("pandas").Period(ordinal=tree["v"], freq=tree["freq"])


def _at(moment: Any, tree: Node) -> Any:
    return moment.replace(tzinfo=zone_from(tree["tz"]), fold=tree["fold"])


DECODERS: Dict[str, Callable[[Node], Any]] = {
    "nat": _missing,
    "na": _missing,
    "timestamp": _moment,
    "timedelta": _moment,
    "period": _period,
    "datetime": lambda tree: _at(dt.datetime(*tree["v"]), tree),  # noqa: DTZ001 - set there
    "time": lambda tree: _at(dt.time(*tree["v"]), tree),
    "date": lambda tree: dt.date(*tree["v"]),
    "span": lambda tree: dt.timedelta(*tree["v"]),
    "decimal": lambda tree: decimal.Decimal(tree["v"]),
    "fraction": lambda tree: fractions.Fraction(tree["v"]),
    "uuid": lambda tree: uuid.UUID(tree["v"]),
}
