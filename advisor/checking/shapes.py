"""What the inputs of a result look like. A shape is a mapping of all fields that there are to theirs (under `str`: of
any), a list of the one that all entries have, a tuple of those that there may be, a type, or the very value."""

from advisor.checking.rules import OUTCOMES

_NUMBER, _SYSTEMS = (int, float), ("linux", "macos", "windows", "wsl")
_GPU = {"vendor": ("nvidia", "amd", "apple", "intel", "other"), "name": str, "memory_bytes": (int, None), "driver": str}
_HOST = {"os": _SYSTEMS, "release": str, "machine": str, "cpu": str, "cores": int, "cores_usable": int}
_HOST |= {"cpu_quota": (*_NUMBER, None), "memory_bytes": int, "memory_usable_bytes": int, "gpus": [_GPU]}
_INTERPRETER = {"path": str, "python": str, "packages": {str: str}, "installed": str, "error": str}
_MEASUREMENT = {"metric": str, "unit": str, "median": _NUMBER, "low": _NUMBER, "high": _NUMBER, "launches": int}
_MEASUREMENT |= {"samples": int, "spread": (*_NUMBER, None), "smallest_difference": (*_NUMBER, None)}
_MEASUREMENT |= {"quality": ("good", "noisy", "unusable"), "quality_reason": str}
_CAUSES = ("", "missing", "error", "crashed", "killed", "timed-out", "garbage", "cancelled", "left-out")
_OUTCOME = {"probe": str, "candidate": str, "interpreter": str, "status": (*OUTCOMES,), "cause": _CAUSES, "detail": str}
_OUTCOME |= {"extras": [str], "measurements": [_MEASUREMENT], "findings": {str: object}, "command": str}
_ORIGINS = ("asked", "file", "flag", "scan", "default", "ballots", "unknown")
_ENVIRONMENT = {"host": (_HOST, None), "interpreters": [_INTERPRETER], "level": ("quick", "full", None)}
SHAPES = {
    "answers": [{"question": str, "value": object, "origin": _ORIGINS, "ballots": [object]}],
    "environment": _ENVIRONMENT | {"fingerprint": (str, None)},
    "measurements": [_OUTCOME],
}


def misfits(shape, value, path):
    """The places, and what stands there, at which a value hasn't a shape."""
    if isinstance(shape, list) and isinstance(value, list):
        for index, each in enumerate(value):
            yield from misfits(shape[0], each, f"{path}[{index}]")
    elif isinstance(shape, dict) and isinstance(value, dict):
        fields = dict.fromkeys(value, shape[str]) if str in shape else shape
        for key in fields | value:
            if key in fields and key in value:
                yield from misfits(fields[key], value[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}", value.get(key)
    elif isinstance(shape, tuple):
        if all(any(misfits(each, value, path)) for each in shape):
            yield path, value
    elif not (shape is object or shape == value or type(value) is shape and (shape is str or value >= 0)):
        yield path, value
