"""Free text becomes names that git, tmux, a shell and a file system all take."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.session import naming
from parallel_tui.model.settings.config import Kind

HOSTILE = [
    "User Login",
    "[red]bold[/red]",
    "#{pid}",
    "#(touch x)",
    "$(touch x)",
    "🚀 launch",
    "-rf",
    "../../etc/passwd",
    "a..b",
    "x.lock",
    "x" * 59 + ".lock",
    "n\nl",
    "é" * 200,
    "bytes\udcff",
    "HEAD",
]


@given(st.text(max_size=200))
@example("a" * 55 + ".locks")
@example("0" + "." * 5 + "lock")
def test_a_slug_is_valid_everywhere_and_slugging_it_again_changes_nothing(text: str) -> None:
    try:
        slug = naming.slugify(text).value
    except UsageError:
        return
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", slug)
    assert len(slug) <= naming.MAX_SLUG
    assert naming.slugify(slug) == naming.Slug(slug)
    for kind in Kind:
        assert naming.branch_problem(naming.branch_for(slug, kind)) is None


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_changed_is_told_and_git_takes_the_branch(text: str) -> None:
    slug = naming.slugify(text)
    if slug.value != text:
        assert slug.changes
    branch = naming.branch_for(slug.value, Kind.FEATURE)
    done = subprocess.run(["git", "check-ref-format", "--branch", branch], capture_output=True)
    assert done.returncode == 0


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(UsageError, match="No session name"):
        naming.slugify(" …/-. ")


@pytest.mark.parametrize(
    "branch",
    [
        "feature/x", "x#(touch${IFS}p)", "ümlaut", "a@b", "a.b/c", "-x", "a..b", "a//b", "/a", "a/",
        "a.", "a.lock", "a.lock/b", ".a", "a/.b", "HEAD", "a@{b", "a b", "a~b", "a^", "a:b",
        "a?b", "a*", "a[b", "a\\b", "a\x7f", "a\tb", "",
    ],
)  # fmt: skip
def test_branch_rules_are_git_s_own(branch: str) -> None:
    asked = ["git", "check-ref-format", "--branch", branch]
    git_takes_it = subprocess.run(asked, capture_output=True).returncode == 0
    assert (naming.branch_problem(branch) is None) == git_takes_it


def test_a_branch_and_a_folder_of_branches_cannot_share_a_name() -> None:
    assert naming.overlapping_branch("feature/x", ["main", "feature"]) == "feature"
    assert naming.overlapping_branch("feature", ["feature/x"]) == "feature/x"
    assert naming.overlapping_branch("feature/x", ["feature/xy"]) is None


def test_the_directory_template_is_filled_in_and_only_with_what_it_knows() -> None:
    def directory(template: str) -> str:
        return naming.directory_for(
            template, main_path="/home/u/my app", repo="my app", slug="auth", kind=Kind.FIX
        )

    assert directory("../{repo}-{name}") == "/home/u/my app-auth"
    assert directory(".trees/{kind}/{name}") == "/home/u/my app/.trees/fix/auth"
    assert directory("/srv/{name}") == "/srv/auth"
    for bad in ("{nam}", "{name.__class__}", "{name:>999999999999}", "{}"):
        with pytest.raises(UsageError, match="cannot be filled in"):
            directory(bad)


def test_names_of_adopted_worktrees() -> None:
    assert naming.name_from_directory("/x/myapp-Feature Auth", "myapp") == "feature-auth"
    assert naming.name_from_directory("/x/…", "myapp") == "session"
    assert naming.name_from_branch("feature/auth") == "auth"
    assert naming.name_from_branch("topic/auth") == "topic-auth"
    assert naming.unique("a", {"a", "a-2"}) == "a-3"
