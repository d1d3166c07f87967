"""Sums JUnit files up: `count-results.py LABEL=FILE=EXIT_STATUS...`. The last line is `N passed, N failed`.

A suite that left no file, or a file without tests, or that ended badly though none of its tests failed, counts as
one failure: not run is never a pass.
A skipped test counts as failed too, except one that says "needs root" where we are not root.
"""

import os
import sys
import xml.etree.ElementTree as ElementTree


def read_suite(path):
    """The suite's tests as (name, outcome) pairs; outcomes are passed, failed, not run."""
    try:
        tree = ElementTree.parse(path)
    except (OSError, ElementTree.ParseError) as error:
        return [(f"no results: {error}", "failed")]
    tests = [(name_of(case), outcome_of(case)) for case in tree.iter("testcase")]
    return tests or [("no tests in the results", "failed")]


def name_of(case):
    return f"{case.get('classname', '')}.{case.get('name', '')}"


def outcome_of(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    skipped = case.find("skipped")
    if skipped is None:
        return "passed"
    needs_root = "needs root" in (skipped.get("message") or "") and os.geteuid() != 0
    return "not run" if needs_root else "failed"


def main(arguments):
    total = {"passed": 0, "failed": 0, "not run": 0}
    for argument in arguments:
        label, path, status = argument.split("=")
        tests = read_suite(path)
        if status != "0" and all(outcome != "failed" for _, outcome in tests):
            tests.append((f"ended with status {status}, though no test failed", "failed"))
        for name, outcome in tests:
            total[outcome] += 1
            if outcome != "passed":
                print(f"{outcome}: {label}: {name}")
    if total["not run"]:
        print(f"{total['not run']} not run: they need root")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
