"""The scenario is made once; every trial works on a copy of its index."""

import pytest

from tests.torture.scenario import Scenario, make_scenario


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Its index holds the old state; its folder is as it was when the new one was made."""
    return make_scenario(tmp_path_factory.mktemp("torture"))
