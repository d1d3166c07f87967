"""The documents keep to the rules that they give."""

import re

import pytest
from support.binaries import REPOSITORY

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])


def code(text):
    """The code blocks and code spans of a Markdown text."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.S | re.M)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))
    return "\n".join(blocks + spans)


LEAKS = [
    # a token put into an argument list, where every process of the machine can read it
    r"-H\s+[\"'][^\"'\n]*\$\(\s*agentctl",
    r"--header[= ]\s*[\"'][^\"'\n]*\$\(\s*agentctl",
    r"[\"' =]\$\(\s*agentctl\s+(token|aws-credentials|kubectl-credential)",
    r"`agentctl\s+token[^`]*`\s*[\"']",
    r"Bearer\s+\$[{(A-Za-z]",
    r"--(password|passphrase|token|client-secret|code)[= ]\S",
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_document_puts_a_token_or_secret_into_an_argument_list(path):
    text = code(path.read_text())
    for leak in LEAKS:
        assert not re.search(leak, text), f"{path.name}: {re.search(leak, text).group(0)!r}"


@pytest.mark.parametrize(
    "line",
    [
        'curl -H "Authorization: Bearer $(agentctl token)" https://api.example.org',
        "curl --header 'Authorization: Bearer '\"$(agentctl token work)\" https://api.example.org",
        "mytool --token $(agentctl token)",
        'curl -H "Authorization: Bearer $TOKEN" https://api.example.org',
        "agentctl login --password hunter2",
    ],
)
def test_the_check_finds_what_it_looks_for(line):
    assert any(re.search(leak, line) for leak in LEAKS), line


def test_the_check_lets_the_right_way_pass():
    line = "curl -H @<(agentctl token --format header) https://api.example.org"
    assert not any(re.search(leak, line) for leak in LEAKS)
    assert "--client-secret-file" in "agentctl profile add x --client-secret-file -"


def test_the_readme_shows_the_right_way():
    assert "@<(agentctl token" in (REPOSITORY / "README.md").read_text()
