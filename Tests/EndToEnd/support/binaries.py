"""Where the programs are."""

import os
import pathlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
DESCRIPTION = REPOSITORY / "docs" / "openapi.yaml"


def build_folder():
    """The debug build; SESSION_AGENT_BUILD names another."""
    return pathlib.Path(os.environ.get("SESSION_AGENT_BUILD") or REPOSITORY / ".build" / "debug")


def release_folder():
    """A folder with the release session-agent as it is installed; SESSION_AGENT_RELEASE names another."""
    return pathlib.Path(os.environ.get("SESSION_AGENT_RELEASE") or REPOSITORY / ".build-release" / "release")


def program(name, folder=None):
    """The path of a program that must be there: a missing one fails the test, it does not skip it."""
    path = (folder or build_folder()) / name
    assert path.is_file(), f"{path} is not there: build first, or set SESSION_AGENT_BUILD / SESSION_AGENT_RELEASE"
    return str(path)
