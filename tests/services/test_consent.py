"""No setting of the repository runs anything before its user allowed exactly that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.bootstrap.landing.plans import checker
from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.consent_question import LARGEST
from parallel_tui.model.settings.table import SETTINGS, Setting
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.services.consent import candidates
from tests.support.waiting import eventually
from tests.support.world import World

CONFIG = ".claude/parallel-config.yml"
BARE = SpawnRequest("auth", window=False)
Open = Callable[[], Core]


@pytest.fixture
def opened(world: World, isolated: dict[str, str]) -> Open:
    """The world's core with nothing set but the socket."""
    return lambda: open_core(
        Overrides(str(world.repo), {"tmux.socket": "world"}), {**isolated, "DISPLAY": ":9"}
    )


def shapes(marker: Path) -> Iterator[object]:
    """Values of every shape that would leave a mark if anything of them were run."""
    line = f"touch '{marker}'; #{{argv}} {{name}}"
    yield from (line, [line], {"mine": line}, {"mine": [line]}, {"single": [line]})
    yield {"single": [{"command": line}]}
    yield from (f"#({line})", "#(touch RAN)", "$(touch RAN)")


def accepted(setting: Setting, marker: Path) -> Iterator[object]:
    """Those shapes that a setting takes, wherever they come from."""
    machines = [{"red": {"program": f"{marker}-program"}}] if setting.name == "hosts" else []
    for value in (*shapes(marker), *machines):
        try:
            setting.parse(value)
        except WrongValueError:
            continue
        yield value


def write(world: World, setting: Setting, value: object) -> None:
    """Have the repository's file give a setting."""
    nested: Mapping[str, object] = {setting.keys[-1]: value}
    for key in reversed(setting.keys[:-1]):
        nested = {key: nested}
    if setting.name == "layouts" and isinstance(value, dict):
        nested = {**nested, "layout": next(iter(value))}
    if setting.name == "layout":
        nested = {**nested, "layouts": {str(value): [f"touch '{world.root}/RAN'"]}}
    if setting.name == "presets" and isinstance(value, dict):
        # As the agent of a session, and as a layout that is written out.
        ((name, given),) = value.items()
        own = {"layout" if isinstance(given, list) else "agent": given}
        nested = {"presets": {name: {"sessions": {"of-a-team": own}}}}
    world.write(CONFIG, json.dumps(nested))


def started(core: Core, team: Any) -> None:
    """Start a team of the configuration."""
    starter = core.teams.starter
    starter.start(starter.look(team))


def everything(core: Core) -> Iterator[ParallelError]:
    """Whatever may run a setting, from the first verb to the last; failures are told."""
    verbs: tuple[Callable[[], object], ...] = (
        lambda: core.spawner.plan(SpawnRequest("auth")),
        lambda: core.spawner.spawn(SpawnRequest("auth", prompt="hello")),
        lambda: core.spawner.spawn(replace(BARE, name="other")),
        lambda: core.attacher.attach("main"),
        lambda: core.attacher.open_terminal("main"),
        lambda: checker(core).check("main", lambda printed: None),
        core.doctor.examine,
        *(lambda team=team: started(core, team) for team in core.teams.files.named().values()),
    )
    for verb in verbs:
        try:
            verb()
        except ParallelError as error:
            yield error


def cases(*, runs: bool) -> list[tuple[Setting, int]]:
    """Each such setting with each shape that it takes."""
    return [
        (setting, number)
        for setting in SETTINGS
        if setting.runs is runs
        for number, _ in enumerate(accepted(setting, Path("RAN")))
    ]


def test_this_test_knows_how_to_write_every_command() -> None:
    assert {s.name for s, _ in cases(runs=True)} == {s.name for s in SETTINGS if s.runs}


@pytest.mark.parametrize(("setting", "number"), cases(runs=True))
def test_what_can_run_something_is_refused_or_asked_about(
    world: World, opened: Open, setting: Setting, number: int
) -> None:
    marker = world.root / "RAN"
    write(world, setting, list(accepted(setting, marker))[number])
    core = opened()
    asked = [e for e in everything(core) if isinstance(e, TrustNeededError)]
    if setting.user_only:
        assert any(f"{setting.name} is ignored" in warning for warning in core.loaded.warnings)
    else:
        assert asked
        assert marker.name in asked[0].content
        # What checks a session runs long after it was made.
        later = ("merge.check", "presets")
        assert setting.name in later or not (world.root / "myapp-auth").exists()
        assert not (world.root / "myapp-of-a-team").exists()
    assert len(asked) == 2 or setting.name != "setup", "without a window it is set up as well"
    assert not list(world.root.rglob(marker.name))


@pytest.mark.parametrize(("setting", "number"), cases(runs=False))
def test_no_other_setting_runs_anything(
    world: World, opened: Open, setting: Setting, number: int
) -> None:
    """A new setting that runs its value and does not say so (`runs`) is found here."""
    write(world, setting, list(accepted(setting, world.root / "RAN"))[number])
    list(everything(opened()))
    # Whatever a window started has come to its end when its shell answers.
    for pane in world.tmux("list-panes", "-a", "-F", "#{pane_id}", check=False).split():
        world.tmux("send-keys", "-t", pane, f"touch {world.root}/{pane[1:]}", "Enter")
        eventually((world.root / pane[1:]).exists)
    assert not list(world.root.rglob("RAN"))


@pytest.mark.parametrize(
    ("agent", "origin"),
    [("touch RAN ", None), ("touch RAN", Origin.REPOSITORY), ("touch RAN  --fast", None)],
)
def test_the_same_text_is_not_the_same_author(
    world: World, opened: Open, agent: str, origin: Origin | None
) -> None:
    world.write(CONFIG, json.dumps({"agent": agent}))
    core = opened()
    request = SpawnRequest("auth")
    if origin is not None:
        request = replace(request, agent=f"{agent} --edited", agent_origin=origin)
    with pytest.raises(TrustNeededError, match="not allowed"):
        core.spawner.spawn(request)
    assert core.spawner.choices().agent_origin is Origin.REPOSITORY
    typed = core.spawner.spawn(replace(request, agent=agent, agent_origin=Origin.TYPED))
    assert typed.session == "auth"


def test_a_layout_of_the_users_is_not_the_repositorys_to_choose(
    world: World, isolated: dict[str, str], opened: Open
) -> None:
    own = Path(isolated["XDG_CONFIG_HOME"], "pdev/config.yml")
    own.parent.mkdir(parents=True)
    own.write_text("layouts: {deploy: ['touch deployed']}\nagent: ''\n")
    world.write(CONFIG, "layout: deploy\n")
    with pytest.raises(TrustNeededError) as asked:
        opened().spawner.spawn(SpawnRequest("auth"))
    assert asked.value.content == "layout deploy: touch deployed"
    assert opened().spawner.spawn(SpawnRequest("auth", layout="deploy")).session == "auth"


def test_a_script_that_a_command_names_is_shown_and_allowed_with_it(
    world: World, opened: Open
) -> None:
    world.commit("tools/setup.sh", "touch harmless\n")
    world.write(CONFIG, "setup: ['cd tools && sh ./setup.sh']\n")
    with pytest.raises(TrustNeededError) as asked:
        opened().spawner.spawn(BARE)
    assert "touch harmless" in asked.value.content
    opened().spawner.allow(asked.value.question)
    opened().spawner.spawn(BARE)
    assert (world.root / "myapp-auth/tools/harmless").exists()
    world.commit("tools/setup.sh", "touch evil\n")
    with pytest.raises(TrustNeededError) as again:
        opened().spawner.spawn(replace(BARE, name="other"))
    assert "touch evil" in again.value.content
    world.commit("tools/setup.sh", "# " + "x" * LARGEST)
    with pytest.raises(RefusedError, match="cannot be shown whole"):
        opened().spawner.spawn(replace(BARE, name="other"))


def test_links_and_what_is_no_file_are_passed_over(world: World, opened: Open) -> None:
    world.commit("real.sh", "echo real\n")
    for name, target in (("link.sh", "real.sh"), ("gone.sh", "no where"), ("self.sh", "self.sh")):
        (world.repo / name).symlink_to(target)
    world.git("add", "-A")
    head = world.commit("sub/x", "x")
    names = ("gone.sh", "self.sh", "link.sh", "sub", "no such", "real.sh/x", "sub/x")
    found = opened().git.files_at(head, names)
    assert [(file.path, file.content) for file in found] == [
        ("link.sh", "echo real\n"),
        ("sub/x", "x"),
    ]


def test_words_that_may_name_files() -> None:
    assert "setup.sh" in candidates(['bash -e "$PDEV_WORKTREE/setup.sh" --fast'])
    assert "a/b.sh" in candidates(["cd a; . ./b.sh"])
    assert "x" not in candidates(["../x"])


def test_consent_is_not_lent_to_another_repository_or_wording(world: World, opened: Open) -> None:
    world.write(CONFIG, "setup: ['touch ran']\n")
    with pytest.raises(TrustNeededError) as asked:
        opened().spawner.spawn(BARE)
    opened().spawner.allow(asked.value.question)
    for text in ("touch ran ", "touch  ran", "touch\u00a0ran", "touch ran\u200b"):
        world.write(CONFIG, json.dumps({"setup": [text]}))
        with pytest.raises(TrustNeededError):
            opened().spawner.spawn(BARE)


def test_the_repository_puts_its_files_nowhere_but_beside_itself(
    world: World, opened: Open
) -> None:
    for place in ("../../.vim/pack/x/start/{name}", "/srv/{name}", "~/.config/{name}"):
        world.write(CONFIG, json.dumps({"directory": place}))
        core = opened()
        assert core.loaded.config.directory == "../{repo}-{name}"
        assert any("directory is ignored" in warning for warning in core.loaded.warnings)
    for place in ("../trees/{name}", ".worktrees/{name}", "../{repo}.{name}"):
        world.write(CONFIG, json.dumps({"directory": place}))
        assert opened().loaded.config.directory == place
