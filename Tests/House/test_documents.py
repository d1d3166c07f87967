"""What the documents say is so: the README's lines run, links lead somewhere, scripts are described."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"), *REPOSITORY.glob("Bench*/*.md")])


@pytest.fixture
def place():
    """A short path: a socket's has at most 107 bytes."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sa-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


AGENT_PID = r"""SESSION_AGENT_NO_AUTOSTART=1 agentctl status --json | grep -o "\"pid\": *[0-9]*" | grep -o "[0-9]*" """


def first_session(readme):
    return re.search(r"^```sh\n(.*?)^```", readme, re.S | re.M).group(1).splitlines()


def test_the_ten_lines_of_the_readme_run(repository, programs, place):
    lines = first_session((repository / "README.md").read_text())
    assert len(lines) == 10
    assert lines[0].startswith("scripts/install && ")
    answers = {"agentctl unlock": "a passphrase", "agentctl login": "Correct-Horse-9"}
    script = ["set -e", f"trap 'kill $(jobs -p) $({AGENT_PID})' EXIT"]
    for line in lines[1:]:
        line = line.replace("/tmp/localpool", str(place / "pool"))
        answer = next((answer for start, answer in answers.items() if line.startswith(start)), None)
        if answer:
            line = f"printf '%s\\n' '{answer}' | " + line.split("#")[0]
        if line.rstrip().endswith("&"):
            line += f"\nuntil curl -s -o {place}/answer http://127.0.0.1:9229/; do sleep 0.1; done"
        script.append(line)
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=repository, env=environment(programs, place),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^eyJ[\w-]+\.[\w-]+\.[\w-]+$", done.stdout, re.M), "agentctl token printed one"
    assert re.search(r'"token": ?"eyJ', done.stdout), "the socket gave one"


def environment(programs, place):
    for name in ("home", "run"):
        (place / name).mkdir(mode=0o700)
    return {
        "HOME": str(place / "home"), "XDG_RUNTIME_DIR": str(place / "run"), "LC_ALL": "C.UTF-8",
        "PATH": f"{programs}:{os.environ['PATH']}",
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document):
    text = document.read_text()
    named = re.findall(r"`((?:scripts|docs|Sources|Tests|Benchmarks|contrib)/[\w./+-]+)`", text)
    folders = [REPOSITORY, REPOSITORY / "Sources"]
    missing = [name for name in named if not any((folder / name).exists() for folder in folders)]
    assert missing == []


def test_every_test_that_a_document_names_exists():
    tests = {}
    for file in [*(REPOSITORY / "Tests").rglob("*.py"), *(REPOSITORY / "Tests").rglob("*.swift")]:
        tests[file.name] = tests.get(file.name, "") + file.read_text()
    text = (REPOSITORY / "docs" / "LIFE_CYCLE.md").read_text()
    functions = re.findall(r"`(test_\w+\.py)::(\w+)`", text)
    missing = [f"{file}::{name}" for file, name in functions if f"def {name}(" not in tests.get(file, "")]
    sentences = [
        (file, sentence) for file, after in re.findall(r"`(\w+Tests\.swift)`((?:[:,]?\s+\"[^\"]+\")*)", text)
        for sentence in re.findall(r'"([^"]+)"', after)]
    missing += [f"{file}: {name}" for file, name in sentences if f'"{" ".join(name.split())}"' not in tests.get(file, "")]
    missing += [file for file in re.findall(r"`(\w+\.(?:py|swift))`", text) if file not in tests]
    assert len(functions) > 30 and len(sentences) > 15
    assert missing == []


@pytest.mark.parametrize("script", ["demo", "test", "check", "install", "uninstall", "bench", "crash-test", "simulate",
                                    "compare-with-moto"])
def test_each_script_says_how_it_is_used(repository, script):
    done = subprocess.run(
        [repository / "scripts" / script, "--help"], capture_output=True, text=True, check=True, timeout=10)
    assert f"scripts/{script}" in done.stdout


def test_make_help_lists_every_target(repository):
    text = (repository / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, re.M))
    shown = subprocess.run(["make", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"make ([a-z-]+)", shown)) == targets
