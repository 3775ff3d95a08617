"""Seed semantic conflicts into real packages, and see whether `pdev prove` finds all of them.

Each package is taken from its source archive, with its own tests as the check. Pairs of sessions
are made whose texts merge and whose programs do not: a function renamed here and newly called
there, a parameter added here and not given there, a file moved here and newly imported there.
Sessions that touch none of it stand beside them. What is named must be exactly those pairs.

    python -m tests.benchmarks.prove_real [PACKAGE …]
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.running import PDEV

CHECK = f"{sys.executable} -m pytest -q -p no:cacheprovider --junitxml=$PDEV_JUNIT"
TEST = "from {module} import {name}\n\n\ndef test_{short}():\n    assert use() is not None\n"


@dataclass(frozen=True)
class Package:
    """A package, and where conflicts are seeded.

    Attributes:
        name: As the registry has it.
        version: Which.
        folder: Its code.
        renamed: A function: module, name, new name, and a call of it.
        longer: A function: module, name, how its definition ends before and after, the argument
            that callers give then, and a call as it was.
        moved: A module, its new name, and a name that it has.
    """

    name: str
    version: str
    folder: str
    renamed: tuple[str, str, str, str]
    longer: tuple[str, str, str, str, str, str]
    moved: tuple[str, str, str]


PACKAGES = (
    Package(
        "boltons", "24.0.0", "boltons",
        ("strutils", "camel2under", "camel_to_snake", "camel2under('aB')"),
        ("strutils", "under2camel", "(under_string):", "(under_string, strict):", "False",
         "under2camel('a_b')"),
        ("gcutils", "gctools", "get_all"),
    ),
    Package(
        "toolz", "0.12.1", "toolz",
        ("itertoolz", "isdistinct", "all_distinct", "isdistinct([1])"),
        ("itertoolz", "peekn", "(n, seq):", "(n, seq, strict):", "False", "peekn(1, [1])"),
        ("recipes", "cookbook", "countby"),
    ),
    Package(
        "more-itertools", "10.2.0", "more_itertools",
        ("more", "ilen", "length_of", "ilen([1])"),
        ("recipes", "dotproduct", "(vec1, vec2):", "(vec1, vec2, strict):", "False",
         "dotproduct([1], [1])"),
        ("recipes", "cookbook", "take"),
    ),
)  # fmt: skip


def main(names: Iterable[str]) -> int:
    """Measure all packages, or those named; 1 when anything was missed or invented."""
    wanted = set(names)
    good = True
    for package in PACKAGES:
        if not wanted or package.name in wanted:
            for count in (5, 12):
                good &= _measure(package, count)
    return 0 if good else 1


def _measure(package: Package, sessions: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="prove-real-") as folder:
        place = Place(Path(folder), package)
        place.begin()
        seeds = [_rename, _lengthen, _move][: 1 if sessions < 6 else 3]
        pairs = {tuple(sorted(pair)) for seed in seeds for pair in seed(place)}
        for number in range(sessions - 2 * len(seeds)):
            place.session(f"other{number}", lambda tree: _own(package, tree))
        began = time.monotonic()
        proof = place.prove()
        took = time.monotonic() - began
        found = {tuple(sorted(each["sessions"])) for each in proof["breaks"]}
        one = place.once()
        known = time.monotonic()
        again = place.prove()
        known = time.monotonic() - known
        print(
            f"{package.name} {package.version}, {sessions} sessions, {len(pairs)} seeded: "
            f"found {len(found & pairs)}, invented {len(found - pairs)}, "
            f"missed {len(pairs - found)}; {proof['runs']} checks, {took:.1f} s; the check alone "
            f"{one:.1f} s, once a session {one * sessions:.1f} s; asked again {again['runs']} "
            f"checks, {known:.1f} s",
            flush=True,
        )
        if found != pairs:
            print(json.dumps(proof, indent=1), file=sys.stderr)
        return found == pairs


@dataclass(frozen=True)
class Place:
    """A repository of a package, in a home of its own."""

    root: Path
    package: Package

    @property
    def main(self) -> Path:
        """The main worktree."""
        return self.root / "package"

    @property
    def env(self) -> dict[str, str]:
        """Environment of all programs."""
        who = {f"GIT_{a}_{b}": "b@example.org" for a in ("AUTHOR", "COMMITTER")
               for b in ("NAME", "EMAIL")}  # fmt: skip
        path = {"PATH": os.environ["PATH"], "HOME": str(self.root / "home")}
        return path | who | {"TMUX_TMPDIR": str(self.root), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(self, *words: str, cwd: Path | None = None) -> str:
        """Run a program to its end."""
        done = subprocess.run(
            words, cwd=cwd or self.main, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def begin(self) -> None:
        """Fetch the package, and make a repository of it."""
        config = self.root / "home/.config/pdev"
        config.mkdir(parents=True)
        (config / "config.yml").write_text(f"merge: {{check: '{CHECK}'}}\n")
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        wanted = f"{self.package.name}=={self.package.version}"
        subprocess.run([*pip, "-d", str(self.root), wanted], check=True)
        (archive,) = self.root.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(self.root, filter="data")
        (folder,) = (each for each in self.root.iterdir() if (each / "PKG-INFO").exists())
        folder.rename(self.main)
        (self.main / ".gitignore").write_text("__pycache__/\n*.egg-info/\n")
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "first")

    def session(self, name: str, edit: Callable[[Path], None]) -> str:
        """A session with one commit."""
        tree = self.root / f"package-{name}"
        self.run("git", "worktree", "add", "-q", "-b", name, str(tree))
        edit(tree)
        self.run("git", "add", "-A", cwd=tree)
        self.run("git", "commit", "-qm", name, cwd=tree)
        return name

    def prove(self) -> dict[str, Any]:
        """What `pdev prove` finds."""
        done = subprocess.run(
            [PDEV, "--tmux-socket", "none", "prove", "--json"],
            cwd=self.main, env=self.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        told = json.loads(done.stdout)
        if "proof" not in told:
            raise SystemExit(done.stdout)
        found: dict[str, Any] = told["proof"]
        return found

    def once(self) -> float:
        """Seconds of one check of base, in its own worktree."""
        began = time.monotonic()
        self.run("sh", "-c", CHECK.replace("$PDEV_JUNIT", "/dev/null"))
        return time.monotonic() - began


def _sources(tree: Path) -> Iterator[Path]:
    yield from (each for each in tree.rglob("*.py*") if each.suffix in (".py", ".pyi"))


def _replace(tree: Path, pattern: str, by: str) -> None:
    for path in _sources(tree):
        text = path.read_text()
        if (new := re.sub(pattern, by, text)) != text:
            path.write_text(new)


def _rename(place: Place) -> Iterator[tuple[str, str]]:
    module, name, new, call = place.package.renamed
    one = place.session("rename", lambda tree: _replace(tree, rf"\b{name}\b", new))
    yield one, place.session("calls", lambda tree: _user(place.package, tree, module, name, call))


def _lengthen(place: Place) -> Iterator[tuple[str, str]]:
    module, name, before, after, argument, call = place.package.longer

    def edit(tree: Path) -> None:
        _replace(tree, rf"(?<!def )\b{name}\(((?:[^()]|\([^()]*\))*)\)", rf"{name}(\1, {argument})")
        _replace(tree, re.escape(f"def {name}{before}"), f"def {name}{after}")

    one = place.session("longer", edit)
    yield one, place.session("shorter", lambda tree: _user(place.package, tree, module, name, call))


def _move(place: Place) -> Iterator[tuple[str, str]]:
    module, new, name = place.package.moved
    folder = place.package.folder

    def edit(tree: Path) -> None:
        place.run("git", "mv", f"{folder}/{module}.py", f"{folder}/{new}.py", cwd=tree)
        if (tree / folder / f"{module}.pyi").exists():
            place.run("git", "mv", f"{folder}/{module}.pyi", f"{folder}/{new}.pyi", cwd=tree)
        _replace(tree, rf"(from \.|import |{folder}\.){module}\b", rf"\g<1>{new}")

    one = place.session("move", edit)
    use = f"callable({name}) or None"
    yield one, place.session("imports", lambda tree: _user(place.package, tree, module, name, use))


def _user(package: Package, tree: Path, module: str, name: str, call: str) -> None:
    """A new module that uses a function, with its test."""
    folder = package.folder
    short = f"uses_{name}"
    (tree / folder / f"{short}.py").write_text(
        f"from {folder}.{module} import {name}\n\n\ndef use():\n    return {call}\n"
    )
    _test(tree, package, short, f"{folder}.{short}")


def _own(package: Package, tree: Path) -> None:
    """A new module that uses nothing, with its test."""
    short = tree.name.replace("package-", "")
    (tree / package.folder / f"{short}.py").write_text("def use():\n    return 1\n")
    _test(tree, package, short, f"{package.folder}.{short}")


def _test(tree: Path, package: Package, short: str, module: str) -> None:
    tests = next(
        each for each in (tree / "tests", tree / package.folder / "tests") if each.is_dir()
    )
    text = TEST.format(module=module, name="use", short=short)
    (tests / f"test_{short}.py").write_text(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
