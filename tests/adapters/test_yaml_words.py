"""A mistake in YAML is told in words that no release of PyYAML changes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from parallel_tui.adapters.config import yaml_file, yaml_words
from parallel_tui.errors import ConfigError

MISTAKES = {
    "a: b: c": (1, "a colon stands where no value can begin"),
    "a: - b": (1, "an entry begins in the wrong place"),
    "a:\n\tb: c": (2, "a tab, or a character that needs quotes, begins a value"),
    "a: @b": (1, "a tab, or a character that needs quotes, begins a value"),
    'a: "\\q"': (1, "a text in double quotes has an unknown escape"),
    'a: "\\u12"': (1, "a text in double quotes has an unknown escape"),
    'a: "b\n': (1, "a quote is opened and never closed"),
    "a: 1\nb\n": (2, "a key has no colon"),
    "a: [\n": (1, "the brackets do not fit together"),
    "a: [1, 2}": (1, "the brackets do not fit together"),
    "a: ]": (1, "the brackets do not fit together"),
    "a: {b: c": (1, "the brackets do not fit together"),
    "a: 1\n---\nb: 2": (2, "a second document begins"),
    "a: 1\n...\nb: 2": (3, "a second document begins"),
    "a: *tab": (1, "an alias stands for nothing"),
    "a: &": (1, "an anchor or an alias has no name"),
    "a: |9x\n b": (1, "the text after | or > is not indented as it must be"),
    "a: !h!x y": (1, "a tag cannot be understood"),
    "%YAML 9\n---\na: b": (1, "a line that begins with % cannot be understood"),
    "a:\n  - b\n c: d": (
        3,
        "text follows a complete value, or the indentation does not fit the lines before",
    ),
    "a: 'b' c": (
        1,
        "text follows a complete value, or the indentation does not fit the lines before",
    ),
}
PARSERS = [
    loader
    for name in ("CSafeLoader", "SafeLoader")
    if (loader := getattr(yaml, name, None)) is not None
]


@pytest.mark.parametrize("loader", PARSERS, ids=lambda loader: loader.__name__)
@pytest.mark.parametrize("text", MISTAKES)
def test_either_parser_leads_to_the_same_line_and_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: type, text: str
) -> None:
    line, words = MISTAKES[text]
    monkeypatch.setattr(yaml, "CSafeLoader", loader)
    file = tmp_path / "f.yml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        yaml_file.read(str(file))
    assert caught.value.message == f"{file}, line {line}: is not YAML: {words}"


@pytest.mark.parametrize(
    "error",
    [
        yaml.YAMLError("words of a release to come"),
        yaml.MarkedYAMLError("in other words", None, "what nobody foresaw", None),
        yaml.MarkedYAMLError(),
    ],
)
def test_words_that_nobody_knows_yet_are_not_passed_on(error: yaml.YAMLError) -> None:
    assert yaml_words.reason(error) == yaml_words.UNKNOWN
    assert yaml_words.line_of(error, "a: b") is None


def test_a_depth_is_told_however_the_parser_words_its_own_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "f.yml"
    file.write_text("a: " + "[" * 2000)
    mark = yaml.Mark("f", 1003, 0, 1003, None, 0)

    def looks_ahead(*_: object, **__: object) -> None:
        raise yaml.MarkedYAMLError("while it looked ahead", None, "it gave up", mark)

    monkeypatch.setattr(yaml, "parse", looks_ahead)
    with pytest.raises(ConfigError, match="line 1: nests deeper than 40"):
        yaml_file.read(str(file))
