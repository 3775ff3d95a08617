"""Teams of files and of the configuration, and what keeps their starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.adapters.config.team_files import TeamFileReader
from parallel_tui.adapters.undo.team_record import TeamRecordFiles
from parallel_tui.errors import ConfigError, RefusedError, UsageError
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.settings.loaded import ConfigPaths
from parallel_tui.model.team.presets import preset
from parallel_tui.services.team.choosing import TeamChoice


@pytest.fixture
def files(tmp_path: Path) -> TeamFileReader:
    """Readers of a repository in `repo`, with the user's settings beside it."""
    repo = tmp_path / "repo"
    (repo / ".claude").mkdir(parents=True)
    paths = ConfigPaths(str(tmp_path / "config.yml"), str(repo / ".claude/parallel-config.yml"))
    return TeamFileReader(paths, str(repo), str(repo), (str(repo),))


def test_who_wrote_a_file_is_told_by_where_it_is(files: TeamFileReader, tmp_path: Path) -> None:
    for place in (tmp_path / "team.yml", tmp_path / "repo/team.yml"):
        place.write_text("sessions: {a: {tasks: todo.md}}\n")
        (place.parent / "todo.md").write_text("- [ ] first\n- second\n")
    (tmp_path / "link.yml").symlink_to(tmp_path / "repo/team.yml")
    mine, theirs = files.read("../team.yml"), files.read("team.yml")
    assert (mine.origin, theirs.origin) == (Origin.USER, Origin.REPOSITORY)
    assert files.read("../link.yml").origin is Origin.REPOSITORY
    assert mine.members[0].tasks == ("first", "second")
    assert (mine.name, theirs.source) == ("team", str(tmp_path / "repo/team.yml"))


def test_the_boundaries_of_a_repository_are_a_team(files: TeamFileReader) -> None:
    Path(files.paths.repository).write_text(
        "base: main\nsetup: [make]\n"
        "sessions:\n  front end: {owns: [web/**]}\n  shared: {owns: [/x]}\n"
    )
    team = files.read(".claude/parallel-config.yml")
    assert team.names == ("front-end",)
    assert team.unknown == ()


def test_a_mistake_names_file_and_line(files: TeamFileReader, tmp_path: Path) -> None:
    (tmp_path / "repo/t.yml").write_text("sessions:\n  a:\n    window: maybe\n")
    with pytest.raises(ConfigError, match=r"t\.yml, line 3: sessions\.a\.window must be true or"):
        files.read("t.yml")
    with pytest.raises(UsageError, match=r"no file 'x\.yml'"):
        files.read("x.yml")
    (tmp_path / "repo/u.yml").write_text("sessions:\n  a:\n    tasks: gone.md\n")
    with pytest.raises(UsageError, match=r"gone\.md"):
        files.read("u.yml")


def test_presets_of_both_files_are_known_and_one_that_is_wrong_hides_no_other(
    files: TeamFileReader,
) -> None:
    Path(files.paths.user).write_text(
        "presets:\n  fullstack: {sessions: {mine: {}}}\n  bad: {sessions: 1}\n"
    )
    Path(files.paths.repository).write_text("presets: {theirs: {sessions: {x: {}}}}\n")
    choice = TeamChoice(files)
    found = choice.all()
    assert "line 3: presets.bad.sessions must be a mapping" in str(found["bad"])
    assert choice.find("fullstack").names == ("mine",)
    assert choice.find("theirs").origin is Origin.REPOSITORY
    assert choice.find("domain") == preset("domain")
    with pytest.raises(ConfigError, match=r"presets\.bad"):
        choice.find("bad")
    with pytest.raises(UsageError, match="no preset and no file") as refused:
        choice.find("domian")
    assert "'domain'" in refused.value.hint
    with pytest.raises(UsageError, match="takes no list"):
        choice.find("domain", None, ["x"])


@pytest.mark.parametrize(
    "before",
    [
        "",
        "theme: nord\n",
        "theme: nord",
        "presets:\n",
        "presets: {}\ntheme: nord\n",
        "presets:\n    old:\n        sessions: {x: {}}\ntheme: nord  # mine\n",
    ],
)
def test_a_preset_is_saved_into_a_file_that_people_wrote(
    files: TeamFileReader, before: str
) -> None:
    path = Path(files.paths.user)
    path.write_text(before)
    team = preset("microservices")
    files.save("mine", team)
    found = files.named()
    assert found["mine"].members == team.members  # type: ignore[union-attr]
    assert ("old" in found) is ("old" in before)
    assert ("theme: nord" in path.read_text()) is ("theme" in before)
    with pytest.raises(RefusedError, match="already"):
        files.save("mine", team)


def test_a_file_that_cannot_take_it_stays_as_it_is(files: TeamFileReader) -> None:
    path = Path(files.paths.user)
    path.write_text("presets: {a: {sessions: {x: {}}}}\n")
    with pytest.raises(ConfigError, match="cannot be added") as refused:
        files.save("mine", preset("layer"))
    assert "data-layer" in refused.value.hint
    assert path.read_text() == "presets: {a: {sessions: {x: {}}}}\n"


def test_a_shown_preset_is_a_file_that_is_read_as_the_same(
    files: TeamFileReader, tmp_path: Path
) -> None:
    team = preset("migration")
    (tmp_path / "repo/m.yml").write_text(files.text("migration", team))
    assert files.read("m.yml").members == team.members


def test_a_start_that_was_cut_off_is_gone_on_with_and_a_torn_line_is_none(tmp_path: Path) -> None:
    records = TeamRecordFiles(tmp_path / "teams")
    first = records.begin("t", 0.0)
    with (tmp_path / f"teams/{first}.jsonl").open("a") as file:
        file.write('{"what": "sess')
    assert records.begin("other", 0.0) != first
    assert records.begin("t", 5.0) == first
    records.add(first, {"what": "end"})
    again = records.begin("t", 0.0)
    assert again not in (first, f"{first}-2")
    assert [each.id for each in records.all()] == [again, f"{first}-2", first]
    assert next(each for each in records.all() if each.id == first).ended
