"""The workflow that `pdev ci init` writes, as the services would read it."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from parallel_tui import __version__
from parallel_tui.cli.parser import parse
from parallel_tui.cli.render.workflows import workflow
from parallel_tui.model.ci.event import Provider
from tests.cli.running import PDEV, Ran, pdev
from tests.support.world import World

GITHUB = ".github/workflows/parallel-branches.yml"
GITLAB = ".gitlab/parallel-branches.yml"
SCHEMAS = {GITHUB: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}


def init(world: World, *more: str, cwd: Path | None = None) -> Ran:
    return pdev("ci", "init", *more, cwd=cwd or world.repo, env=world.env)


def read(path: Path) -> Any:
    """YAML without its oldest rule, by which `on` is a truth."""
    return yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506


def valid(file: Path, schema: str) -> None:
    """Hold a file against the schema that editors use for it."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("provider", "name"), [("github", GITHUB), ("gitlab", GITLAB)])
def test_what_is_written_is_what_the_service_takes(world: World, provider: str, name: str) -> None:
    ran = init(world, "--provider", provider)
    assert ran.status == 0, ran.err
    file = world.repo / name
    valid(file, SCHEMAS[name])
    assert f'PDEV_PACKAGE: "pdev-tui=={__version__}"' in file.read_text()
    for boundaries in (False, True):
        file.write_text(workflow(Provider(provider), "x", boundaries=boundaries))
        valid(file, SCHEMAS[name])
        (command,) = re.findall(r"(?:run: |- )pdev (ci check.*)", file.read_text())
        parsed = parse(shlex.split(command))  # it is one that this version understands
        assert parsed is not None
        assert parsed.boundaries is boundaries


def test_a_workflow_that_checks_boundaries(world: World) -> None:
    ran = init(world, "--provider", "github", "--boundaries")
    assert ran.status == 0, ran.err
    assert "pdev ci check --boundaries" in (world.repo / GITHUB).read_text()


def test_the_schemas_find_mistakes(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("on: merge_groups\njobs: {a: {runs-on: x, step: []}}\n")
    with pytest.raises(AssertionError, match="merge_groups"):
        valid(wrong, SCHEMAS[GITHUB])
    assert importlib.util.find_spec("check_jsonschema")


def test_the_workflow_of_github_gives_nothing_away(world: World) -> None:
    init(world, "--provider", "github")
    text = (world.repo / GITHUB).read_text()
    flow = read(world.repo / GITHUB)
    assert flow["permissions"] == {"contents": "read"}
    assert set(flow["on"]) == {"push", "pull_request", "merge_group"}
    assert "pull_request_target" not in text
    (job,) = flow["jobs"].values()
    assert "permissions" not in job
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert len(used) == 2
    for action, comment in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
    (checkout,) = [each for each in job["steps"] if "actions/checkout" in each.get("uses", "")]
    assert checkout["with"]["fetch-depth"] == "0"
    assert checkout["with"]["persist-credentials"] == "false"
    # Nothing that anybody may write (a title, the name of a branch) stands in a command line.
    assert all("${{" not in each.get("run", "") for each in job["steps"])
    # The package is installed before there is a file of the repository that Python might take.
    steps = [each.get("uses", each.get("run", "")) for each in job["steps"]]
    assert steps.index(checkout["uses"]) > next(n for n, s in enumerate(steps) if "pip" in s)


def test_a_file_that_says_otherwise_stays(world: World) -> None:
    assert init(world, "--provider", "github").out.startswith("Wrote ")
    file = world.repo / GITHUB
    before = file.read_text()
    assert "says that already" in init(world, "--provider", "github").out
    file.write_text(before + "# ours\n")
    ran = init(world, "--json")  # which service it is, is seen by now
    assert ran.status == 1
    assert "says something else already" in ran.json["error"]["message"]
    assert "--force" in ran.json["error"]["hint"]
    assert file.read_text() == before + "# ours\n"
    told = init(world, "--force", "--json").json
    assert (told["provider"], told["changed"]) == ("github", True)
    assert file.read_text() == before


def test_which_service_is_meant(world: World) -> None:
    nothing = init(world)
    assert (nothing.status, "--provider github" in nothing.err) == (2, True)
    world.write(".gitlab-ci.yml", "stages: [test]\n")
    ran = init(world)
    assert ran.status == 0, ran.err
    assert f"  - local: {GITLAB}" in ran.err
    world.write(".gitlab-ci.yml", f"include:\n  - local: {GITLAB}\n")
    assert "include" not in init(world).err
    world.write(".github/x", "")
    assert "both .github and .gitlab-ci.yml" in init(world).err


def test_it_is_written_into_the_worktree_one_stands_in(world: World) -> None:
    tree = world.worktree("one")
    folder = tree / "src"
    assert init(world, "--provider", "github", cwd=folder).status == 0
    assert (tree / GITHUB).is_file()
    assert not (world.repo / ".github").exists()


def test_nothing_is_written_through_a_link(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (world.repo / ".github").symlink_to(elsewhere)
    ran = init(world, "--provider", "github")
    assert ran.status == 1
    assert "through a link" in ran.err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("spec", ["", "  ", "a${{ github.token }}", "$(x)", "a\nb"])
def test_a_package_that_is_none(world: World, spec: str) -> None:
    ran = init(world, "--provider", "github", f"--package={spec}")
    assert ran.status == 2
    assert not (world.repo / ".github").exists()


def test_a_package_from_elsewhere_stays_one_word(world: World) -> None:
    spec = "pdev-tui @ git+https://example.org/x.git@v1 # \"quoted\": 'too'"
    assert init(world, "--provider", "github", "--package", spec).status == 0
    valid(world.repo / GITHUB, SCHEMAS[GITHUB])
    (job,) = read(world.repo / GITHUB)["jobs"].values()
    assert [each["env"]["PDEV_PACKAGE"] for each in job["steps"] if "env" in each] == [spec]


def test_a_file_that_cannot_be_written_is_named(world: World) -> None:
    command = f"ulimit -f 0; {shlex.quote(PDEV)} ci init --provider github"
    ran = subprocess.run(
        ["sh", "-c", command], cwd=world.repo, env=world.env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert f"{GITHUB} cannot be written" in ran.stderr
    assert not (world.repo / GITHUB).exists()
