"""Fixtures, and the account of the whole suite: was every answer that the description has exercised?"""

import os
import pathlib
import tempfile

import pytest
from support import conformance
from support.place import Place, is_root
from support.world import World

HERE = pathlib.Path(__file__).parent


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # not in a worker of pytest-xdist: they inherit the variable
        handle, path = tempfile.mkstemp(prefix="sa-exercised-")
        os.close(handle)
        os.environ[conformance.RECORD] = path


@pytest.fixture
def place():
    place = Place()
    yield place
    place.remove()


@pytest.fixture
def worlds():
    """Makes worlds, each with whatever the test says."""
    made = []

    def make(*arguments, **keywords):
        made.append(World(*arguments, **keywords))
        return made[-1]

    yield make
    for world in made:
        world.end()


@pytest.fixture
def world(worlds):
    """A pool and an agent of this test's own."""
    return worlds()


@pytest.fixture(scope="module")
def shared():
    """A pool and an agent for all tests of a file; each test uses names of its own."""
    world = World()
    yield world
    world.end()


@pytest.fixture
def root():
    """For what only root can try. Elsewhere it is said, and counted, that it was not run; in CI that fails."""
    if is_root():
        return
    if os.environ.get("CI"):
        pytest.fail("not run: this part needs root, and in CI everything runs")
    pytest.skip("not run: needs root")


def pytest_terminal_summary(terminalreporter, config):
    reporter = terminalreporter
    if hasattr(config, "workerinput"):
        return
    not_run = len(reporter.stats.get("skipped", []))
    if not_run:
        reporter.write_line(f"not run: {not_run}", red=True)
    for line in getattr(config, "missing_answers", []):
        reporter.write_line(f"described, never exercised: {line}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    config = session.config
    if hasattr(config, "workerinput"):
        return
    if is_whole(config):
        missing = sorted(map(str, conformance.described() - conformance.exercised()))
        config.missing_answers = missing
        if missing and exitstatus == 0:
            session.exitstatus = 1
    os.unlink(os.environ[conformance.RECORD])


def is_whole(config):
    """Whether everything was asked for: a part of the suite can't be held to the whole description."""
    folders = [pathlib.Path(argument).resolve() for argument in config.args]
    selected = config.option.keyword or config.option.markexpr or config.option.collectonly
    return not selected and any(folder == HERE or folder in HERE.parents for folder in folders)
