"""The description of the API is whole: examples that fit, scopes that hold, errors in one form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from fastapi.testclient import TestClient

from assistant.access.paths import need_of
from assistant.access.tokens import SCOPES
from assistant.api import ServeOptions, create_app
from assistant.api_openapi import ADDRESS, TAGS, examples
from assistant.api_repeats import HEADER
from tests.ui.plant import FixedAnswers

LOCAL = "http://127.0.0.1:7860"
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = create_app(FixedAnswers(tmp_path_factory.mktemp("plant")), ServeOptions())
    answer = TestClient(app, base_url=LOCAL).get(ADDRESS)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(described: dict[str, Any]) -> Iterator[Operation]:
    for path, found in described["paths"].items():
        for method, operation in found.items():
            yield method.upper(), path, operation


def validate(described: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": described["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


def test_every_operation_has_a_group_a_name_and_a_description(described: dict[str, Any]) -> None:
    found = list(operations(described))
    assert len(found) >= 18
    assert len({operation["operationId"] for _, _, operation in found}) == len(found)
    for method, path, operation in found:
        assert operation["tags"][0] in TAGS, (method, path)
        assert operation["description"] or operation["summary"], (method, path)
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        assert "HTTPValidationError" not in str(operation), (method, path)


def test_every_operation_has_examples_that_fit_its_schema(described: dict[str, Any]) -> None:
    known = {f"{method} {path}" for method, path, _ in operations(described)}
    assert set(examples()) == known, "an example of no operation, or an operation without"
    for method, path, operation in operations(described):
        for media, body in operation.get("requestBody", {}).get("content", {}).items():
            assert "example" in body, (method, path)
            if media == "application/json":
                validate(described, body["schema"], body["example"])
        for parameter in operation.get("parameters", []):
            if "example" in parameter:
                validate(described, parameter["schema"], parameter["example"])
            else:
                assert not parameter["required"], (method, path, parameter["name"])
        success = next(found for status, found in operation["responses"].items() if status < "3")
        content = success["content"].get("application/json")
        if content is not None and path != "/reports/{report_id}.{ending}":
            validate(described, content["schema"], content["example"])


def test_the_scopes_are_those_that_the_gate_asks_for(described: dict[str, Any]) -> None:
    public = set()
    for method, path, operation in operations(described):
        need = need_of(method, re.sub(r"{\w+}", "1", path))
        assert need != "closed", (method, path)
        if need == "public":
            public.add(path)
            assert operation["security"] == []
            continue
        token = next(entry["token"] for entry in operation["security"] if "token" in entry)
        assert token, (method, path)
        assert set(token) <= set(SCOPES)
        assert {"401", "403", "429"} <= set(operation["responses"])
    assert public == {"/health", "/ready"}


def test_what_creates_something_takes_a_key(described: dict[str, Any]) -> None:
    for method, path, operation in operations(described):
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        creating = (
            method == "POST"
            and path.startswith("/api/v1/")
            and path not in ("/api/v1/ask", "/api/v1/evaluate")
        )
        assert (HEADER in names) == creating, (method, path)


def test_lists_come_in_pages(described: dict[str, Any]) -> None:
    """A list of the API says how many there are and where it goes on."""
    for method, path, operation in operations(described):
        if method != "GET" or "{" in path or not path.startswith("/api/v1/"):
            continue
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert {"limit", "offset"} <= names, path
        reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        shape = described["components"]["schemas"][reference.rpartition("/")[2]]
        assert {"offset", "next_offset"} <= set(shape["properties"]), path


def test_the_examples_lie_where_the_package_takes_them(described: dict[str, Any]) -> None:
    import assistant
    from assistant.reports.records import Status

    folder = Path(assistant.__file__).parent / "api_examples"
    assert {path.stem for path in folder.glob("*.json")} >= {"answers", "documents", "logs", "reports"}
    shown = {entry["request"]["status"] for name, entry in examples().items() if name.endswith("/status")}
    assert shown <= set(get_args(Status))
