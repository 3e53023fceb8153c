"""Settings are read: one TOML file and MILLWRIGHT_* variables."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from assistant.config import Settings
from assistant.errors import ConfigError

SETTINGS_FILE = "settings.toml"
# Read elsewhere, or by the tests; every other MILLWRIGHT_* name must be a setting.
_OTHER_VARIABLES = frozenset(
    {
        "MILLWRIGHT_CACHE",
        "MILLWRIGHT_SETTINGS",
        "MILLWRIGHT_SHARED",
        "MILLWRIGHT_REQUIRE_MODELS",
        "MILLWRIGHT_REQUIRE_BROWSER",
        "MILLWRIGHT_REQUIRE_AXE",
        "MILLWRIGHT_REQUIRE_SHARED",
    }
)


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: defaults, then the file, then the environment.

    Args:
        path: The file; None for `MILLWRIGHT_SETTINGS`, or `settings.toml` here if there is one.

    Raises:
        ConfigError: No such file, not TOML, an unknown key, or a value of the wrong type.
    """
    variables = os.environ if environment is None else environment
    named = path or (Path(variables["MILLWRIGHT_SETTINGS"]) if variables.get("MILLWRIGHT_SETTINGS") else None)
    content = _read(named)
    for section, values in _from_environment(variables).items():
        content.setdefault(section, {}).update(values)
    where = str(named or SETTINGS_FILE)
    parts = get_type_hints(Settings)
    _refuse_unknown(content, list(parts), where, "section")
    return Settings(**{name: _part(parts[name], content.get(name, {}), name, where) for name in parts})


def _read(named: Path | None) -> dict[str, dict[str, Any]]:
    path = named or Path(SETTINGS_FILE)
    if not path.is_file():
        if named is None:
            return {}
        raise ConfigError(f"{path}: no such settings file. Give another with --settings, or leave it out.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as TOML: {error}") from error


def _from_environment(variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """MILLWRIGHT_GENERATE_ENGINE=extractive sets engine in [generate]."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in variables.items():
        if not name.startswith("MILLWRIGHT_") or name in _OTHER_VARIABLES:
            continue
        section, _, key = name.removeprefix("MILLWRIGHT_").lower().partition("_")
        found.setdefault(section, {})[key] = value
    return found


def _refuse_unknown(content: Mapping[str, Any], known: list[str], where: str, what: str) -> None:
    unknown = sorted(set(content) - set(known))
    if unknown:
        raise ConfigError(f"{where}: unknown {what} {unknown[0]!r}; the known ones are {', '.join(known)}")


def _part(kind: type[Any], values: Any, section: str, where: str) -> Any:
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: {section!r} must be a section with keys, not {values!r}")
    known = {entry.name: get_type_hints(kind)[entry.name] for entry in fields(kind)}
    _refuse_unknown(values, list(known), f"{where} [{section}]", "key")
    converted = {
        name: _value(value, known[name], f"{where} [{section}] {name}") for name, value in values.items()
    }
    return kind(**converted)


def _value(value: Any, kind: type[Any], where: str) -> Any:
    """Numbers and lists (with commas) may come as text from the environment; nothing else is converted."""
    wanted = "a number" if kind in (int, float) else "a text" if kind is str else "a list of texts"
    try:
        if kind is str and isinstance(value, str):
            return value
        if kind == list[str] and isinstance(value, str):
            return [entry.strip() for entry in value.split(",") if entry.strip()]
        if kind == list[str] and isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return value
        if kind in (int, float) and isinstance(value, int | float | str) and not isinstance(value, bool):
            return kind(value)
    except ValueError:
        pass
    raise ConfigError(f"{where} = {value!r}: must be {wanted}")
