"""What is written for people agrees with the program."""

from __future__ import annotations

import re

import pytest

from tests.support import docs

ROOT = docs.README.parent


def test_the_tables_of_the_readme_are_those_of_the_program() -> None:
    text = docs.README.read_text(encoding="utf-8")
    assert text == docs.refreshed(text), "run: make docs"


def test_every_file_the_readme_points_at_is_there() -> None:
    text = docs.README.read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^):#]+)\)|src=\"([^\":]+)\"", text)
    missing = [path for pair in named for path in pair if path and not (ROOT / path).exists()]
    assert named
    assert missing == []


def test_every_make_target_the_readme_names_is_there() -> None:
    text = docs.README.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z-]+)", text)) - {"sure"}
    assert {"run", "test", "demo"} <= targets
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_the_changelog_begins_with_what_comes_next() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings
    assert re.fullmatch(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", headings[0])
    released = [heading for heading in headings if heading != "[Unreleased]"]
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", h) for h in released)


def test_a_readme_without_a_place_for_a_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="places for the table"):
        docs.refreshed("nothing here")


def test_the_pictures_stand_alone_and_show_no_machine() -> None:
    pictures = sorted((ROOT / "screenshots").glob("*.svg"))
    assert pictures
    for picture in pictures:
        text = picture.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        found = [word for word in ("http", "@font-face", "pdev-demo-", str(ROOT)) if word in text]
        assert found == [], picture.name
