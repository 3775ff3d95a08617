"""What a failure of git's is called: by its own kind, and by the program that failed."""

from __future__ import annotations

import pytest

from parallel_tui.adapters.git.run.diagnosis import Kind, diagnose
from parallel_tui.adapters.git.run.failed_children import Child

GPG = Child("?", "", ("gpg", "--status-fd=2", "-bsau", "Ada"), 2)


@pytest.mark.parametrize(
    ("said", "kind", "why"),
    [
        (
            "error: gpg failed to sign the data\nfatal: failed to write commit object\n",
            Kind.SIGNATURE,
            "gpg failed to sign the data",
        ),
        (
            "Author identity unknown\n\n*** Please tell me who you are.\n\nfatal: unable to "
            "auto-detect email address (got 'x@y.(none)')\n",
            Kind.IDENTITY,
            "who",
        ),
        ("error: x\nfatal: Unable to create '/r/.git/index.lock': File exists.", Kind.LOCKED,
         "index.lock"),
        ("error: unable to write file a\nfatal: write error: No space left on device", Kind.FULL,
         "No space left"),
        ("fatal: a.bin: smudge filter big failed\nfatal: the remote end hung up", Kind.FILTER,
         "smudge filter big failed"),
        ("git-lfs filter-process: 1: git-lfs: not found\nfatal: the remote end hung up "
         "unexpectedly", Kind.FILTER, "git-lfs: not found"),
        ("hm\nfatal: The pre-rebase hook refused to rebase.", Kind.HOOK, "pre-rebase hook"),
        ("fatal: ref updates aborted by hook", Kind.HOOK, "reference-transaction hook"),
        ("ssh: Could not resolve hostname x\nfatal: Could not read from remote repository.\n\n"
         "Please make sure you have the correct access rights", Kind.NETWORK, "resolve hostname"),
        ("git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.",
         Kind.SIGN_IN, "publickey"),
        ("fatal: could not read Username for 'https://x': terminal prompts disabled",
         Kind.SIGN_IN, "Username"),
        ("fatal: couldn't find remote ref refs/heads/x", Kind.UNKNOWN_REF, "refs/heads/x"),
        ("error: open(\"a\"): Permission denied\nfatal: cannot", Kind.PERMISSION, "Permission"),
        ("fatal: unable to read tree 1234", Kind.DAMAGED, "1234"),
        ("fatal: something new\nerror: else", Kind.OTHER, "something new"),
        ("", Kind.OTHER, "status 7"),
    ],
)  # fmt: skip
def test_the_line_with_the_reason_is_told(said: str, kind: Kind, why: str) -> None:
    found = diagnose(said, 7)
    assert (found.kind, found.said) == (kind, said.strip("\n"))
    assert why in found.why
    assert found.hint or kind is Kind.OTHER


@pytest.mark.parametrize(
    ("child", "said", "kind", "words"),
    [
        (GPG, "error: gpg failed to sign the data", Kind.SIGNATURE, "gpg ended with status 2"),
        (
            Child("hook", "pre-merge-commit", ("/r/.git/hooks/pre-merge-commit",), 1),
            "Not committing merge; use 'git commit' to complete the merge.",
            Kind.HOOK,
            "the pre-merge-commit hook (/r/.git/hooks/pre-merge-commit) ended with status 1",
        ),
        (
            Child("subprocess", "", ("git-lfs filter-process",), 127),
            "fatal: the remote end hung up unexpectedly",
            Kind.FILTER,
            "'git-lfs' was not found",
        ),
        (Child("hook", "post-checkout", ("/h/post-checkout", "0"), 3), "", Kind.HOOK, "status 3"),
        # It ran, it failed, and git went on: what ended git is something else.
        (
            Child("hook", "post-checkout", ("/h/post-checkout", "0"), 3),
            "fatal: Unable to create '/r/.git/index.lock': File exists.",
            Kind.LOCKED,
            "index.lock",
        ),
        (Child("hook", "post-merge", ("/h/post-merge",), 1), "fatal: no", Kind.OTHER, "no"),
        (Child("cred", "", ("helper",), 1), "fatal: Authentication failed", Kind.SIGN_IN, "Auth"),
        (
            Child("hook", "reference-transaction", ("/h/reference-transaction", "aborted"), 1),
            "fatal: cannot do that",
            Kind.OTHER,
            "cannot do that",
        ),
    ],
)
def test_the_program_that_failed_is_named(child: Child, said: str, kind: Kind, words: str) -> None:
    found = diagnose(said, 1, (child,))
    assert found.kind is kind
    assert words in found.why
