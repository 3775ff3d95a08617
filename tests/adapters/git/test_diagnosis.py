"""What a failure of git's is called: by its own kind, and by the program that failed."""

from __future__ import annotations

import pytest

from parallel_tui.adapters.git.run.diagnosis import Cause, diagnose
from parallel_tui.adapters.git.run.failed_children import Child

GPG = Child("?", "", ("gpg", "--status-fd=2", "-bsau", "Ada"), 2)


@pytest.mark.parametrize(
    ("said", "kind", "why"),
    [
        (
            "error: gpg failed to sign the data\nfatal: failed to write commit object\n",
            Cause.SIGNATURE,
            "gpg failed to sign the data",
        ),
        (
            "Author identity unknown\n\n*** Please tell me who you are.\n\nfatal: unable to "
            "auto-detect email address (got 'x@y.(none)')\n",
            Cause.IDENTITY,
            "who",
        ),
        ("error: x\nfatal: Unable to create '/r/.git/index.lock': File exists.", Cause.LOCKED,
         "index.lock"),
        ("error: unable to write file a\nfatal: write error: No space left on device", Cause.FULL,
         "No space left"),
        ("fatal: sha1 file '/r/index.lock' write error. Out of diskspace", Cause.FULL,
         "Out of diskspace"),
        ("fatal: a.bin: smudge filter big failed\nfatal: the remote end hung up", Cause.FILTER,
         "smudge filter big failed"),
        ("git-lfs filter-process: 1: git-lfs: not found\nfatal: the remote end hung up "
         "unexpectedly", Cause.FILTER, "git-lfs: not found"),
        ("hm\nfatal: The pre-rebase hook refused to rebase.", Cause.HOOK, "pre-rebase hook"),
        ("fatal: ref updates aborted by hook", Cause.HOOK, "reference-transaction hook"),
        ("ssh: Could not resolve hostname x\nfatal: Could not read from remote repository.\n\n"
         "Please make sure you have the correct access rights", Cause.NETWORK, "resolve hostname"),
        ("git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.",
         Cause.SIGN_IN, "publickey"),
        ("fatal: could not read Username for 'https://x': terminal prompts disabled",
         Cause.SIGN_IN, "Username"),
        ("fatal: couldn't find remote ref refs/heads/x", Cause.UNKNOWN_REF, "refs/heads/x"),
        ("error: open(\"a\"): Permission denied\nfatal: cannot", Cause.PERMISSION, "Permission"),
        ("fatal: unable to read tree 1234", Cause.DAMAGED, "1234"),
        ("fatal: something new\nerror: else", Cause.OTHER, "something new"),
        ("", Cause.OTHER, "status 7"),
    ],
)  # fmt: skip
def test_the_line_with_the_reason_is_told(said: str, kind: Cause, why: str) -> None:
    found = diagnose(said, 7)
    assert (found.kind, found.said) == (kind, said.strip("\n"))
    assert why in found.why
    assert found.hint or kind is Cause.OTHER


@pytest.mark.parametrize(
    "said",
    [
        "error: unable to write file big\nfatal: Could not reset index file to revision 'HEAD'.",
        "error: couldn't write 'refs/heads/a'",
    ],
)
def test_where_git_does_not_say_why_it_cannot_write_the_disk_is_named(said: str) -> None:
    assert "room on the disk" in diagnose(said, 128).hint


@pytest.mark.parametrize(
    ("child", "said", "kind", "words"),
    [
        (
            GPG,
            "error: gpg failed to sign the data",
            Cause.SIGNATURE,
            "gpg ended with status 2",
        ),
        (
            Child("hook", "pre-merge-commit", ("/r/.git/hooks/pre-merge-commit",), 1),
            "Not committing merge; use 'git commit' to complete the merge.",
            Cause.HOOK,
            "the pre-merge-commit hook (/r/.git/hooks/pre-merge-commit) ended with status 1",
        ),
        (
            Child("subprocess", "", ("git-lfs filter-process",), 127),
            "fatal: the remote end hung up unexpectedly",
            Cause.FILTER,
            "'git-lfs' was not found",
        ),
        (
            Child("hook", "post-checkout", ("/h/post-checkout", "0"), 3),
            "",
            Cause.HOOK,
            "status 3",
        ),
        # It ran, it failed, and git went on: what ended git is something else.
        (
            Child("hook", "post-checkout", ("/h/post-checkout", "0"), 3),
            "fatal: Unable to create '/r/.git/index.lock': File exists.",
            Cause.LOCKED,
            "index.lock",
        ),
        (Child("hook", "post-merge", ("/h/post-merge",), 1), "fatal: no", Cause.OTHER, "no"),
        (
            Child("cred", "", ("helper",), 1),
            "fatal: Authentication failed",
            Cause.SIGN_IN,
            "Auth",
        ),
        (
            Child("hook", "reference-transaction", ("/h/reference-transaction", "aborted"), 1),
            "fatal: cannot do that",
            Cause.OTHER,
            "cannot do that",
        ),
    ],
)
def test_the_program_that_failed_is_named(child: Child, said: str, kind: Cause, words: str) -> None:
    found = diagnose(said, 1, (child,))
    assert found.kind is kind
    assert words in found.why
