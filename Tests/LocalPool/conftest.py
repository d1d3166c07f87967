"""A local pool of the tests' own, and AWS's own clients of it."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from pool import LocalPool  # noqa: E402


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Empty: what a test needs it makes with the AWS CLI or boto3."""
    with LocalPool(tmp_path_factory.mktemp("pool")) as running:
        yield running
