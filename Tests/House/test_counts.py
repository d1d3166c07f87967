"""The summary line of scripts/test is true: what did not run, or ended badly, is never a pass."""

import subprocess
import sys

import pytest

PASSED = '<testcase classname="A" name="one"/>'
FAILED = '<testcase classname="A" name="two"><failure message="no"/></testcase>'
SKIPPED = '<testcase classname="A" name="three"><skipped message="too lazy"/></testcase>'
NEEDS_ROOT = '<testcase classname="A" name="four"><skipped message="not run: needs root"/></testcase>'


@pytest.fixture
def count(repository, tmp_path):
    def run(*suites, as_nobody=False):
        arguments = []
        for number, (tests, status) in enumerate(suites):
            file = tmp_path / f"{number}.xml"
            if tests is not None:
                file.write_text(f"<testsuites><testsuite>{tests}</testsuite></testsuites>")
            arguments.append(f"suite{number}={file}={status}")
        script = (repository / "scripts" / "lib" / "count-results.py").read_text()
        if as_nobody:
            script = "import os; os.geteuid = lambda: 65534\n" + script.replace('if __name__ == "__main__":', "if True:")
        done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
        return done.stdout.splitlines(), done.returncode

    return run


def test_the_suites_are_added(count):
    lines, status = count((PASSED * 3, 0), (PASSED * 2, 0))
    assert lines == ["5 passed, 0 failed"]
    assert status == 0


def test_a_failure_is_named_and_counted(count):
    lines, status = count((PASSED + FAILED, 1))
    assert lines == ["failed: suite0: A.two", "1 passed, 1 failed"]
    assert status == 1


@pytest.mark.parametrize("tests", [None, ""], ids=["no file", "no tests"])
def test_a_suite_without_results_is_a_failure(count, tests):
    lines, status = count((PASSED, 0), (tests, 0))
    assert lines[-1] == "1 passed, 1 failed"
    assert status == 1


def test_a_bad_end_without_a_failed_test_is_a_failure(count):
    lines, status = count((PASSED, 139))
    assert lines == ["failed: suite0: ended with status 139, though no test failed", "1 passed, 1 failed"]
    assert status == 1


def test_a_skipped_test_is_a_failure(count):
    assert count((PASSED + SKIPPED, 0)) == (["failed: suite0: A.three", "1 passed, 1 failed"], 1)


def test_what_needs_root_is_counted_as_not_run_elsewhere(count):
    lines, status = count((PASSED + NEEDS_ROOT, 0), as_nobody=True)
    assert lines == ["not run: suite0: A.four", "1 not run: they need root", "1 passed, 0 failed"]
    assert status == 0
