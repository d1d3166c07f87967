"""Where things are, for the tests of the scripts and documents."""

import os
import pathlib

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def repository():
    return REPOSITORY


@pytest.fixture
def programs():
    """The folder with the release programs as they are installed; the debug ones where it is not named."""
    named = os.environ.get("SESSION_AGENT_RELEASE") or os.environ.get("SESSION_AGENT_BUILD")
    return pathlib.Path(named or REPOSITORY / ".build" / "debug")
