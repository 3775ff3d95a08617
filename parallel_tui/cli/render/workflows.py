"""The files that make a continuous integration service run the check. Pure.

Actions are pinned to commits, for a tag can be moved. Nothing of the repository is executed: the
package is installed by an isolated Python before anything is checked out, and the check only asks
git about commits. Names and addresses come from nowhere but here.
"""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.ci.event import Provider
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_CHECKOUT: Final = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
_PYTHON: Final = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0"

_GITHUB: Final = """\
# Written by `pdev ci init`: what conflicts with base fails, what meets other branches is annotated.
# A file that you change is yours: `pdev ci init` leaves it alone from then on.
name: Parallel branches

on:
  # Of a pull request that conflicts GitHub runs nothing; the push that made it so is judged here.
  push:
    branches-ignore: ["gh-readonly-queue/**"]
  pull_request:
  # Without this a merge queue would wait for a required check for ever.
  merge_group:
    types: [checks_requested]

permissions:
  contents: read

concurrency:
  group: ${{ github.workflow }}-${{ github.event_name }}-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name != 'merge_group' }}

jobs:
  parallel-branches:
    name: Parallel branches
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: @PYTHON@
        with:
          python-version: "3.13"
      - name: Install pdev
        run: python -I -m pip install --disable-pip-version-check -- "$PDEV_PACKAGE"
        env:
          PDEV_PACKAGE: @PACKAGE@
      - uses: @CHECKOUT@
        with:
          # All branches with their history: without them there is nothing to merge.
          fetch-depth: 0
          persist-credentials: false
          # The commit of a pull request itself, not GitHub's merge of it.
          ref: ${{ github.event.pull_request.head.sha || github.sha }}
      - name: Conflicts with base and with other branches
        # Add --branch 'feature/**' to compare with such branches only.
        run: pdev ci check@OPTIONS@
"""

_GITLAB: Final = """\
# Written by `pdev ci init`: what conflicts with base fails, what meets other branches is reported.
# A file that you change is yours: `pdev ci init` leaves it alone from then on.
parallel-branches:
  image: python:3.13
  needs: []
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    # What has a merge request was judged there already.
    - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS
      when: never
    - if: $CI_COMMIT_BRANCH
  variables:
    # All branches with their history: without them there is nothing to merge.
    GIT_DEPTH: "0"
    PDEV_PACKAGE: @PACKAGE@
  script:
    - python -I -m pip install --disable-pip-version-check -- "$PDEV_PACKAGE"
    # Add --branch 'feature/**' to compare with such branches only.
    - pdev ci check --code-quality gl-code-quality-report.json@OPTIONS@
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""


def workflow(provider: Provider, package: str, *, boundaries: bool = False) -> str:
    """The text of a file.

    Args:
        provider: For which service; one that has a file.
        package: What `pip` is told to install.
        boundaries: Whether boundaries are checked too.

    Raises:
        UsageError: When the package could not stand in the file as one word.
    """
    printable = package.isascii() and package.isprintable()
    if not package.strip() or "$" in package or not printable:
        raise UsageError(
            f"{package!r} is no package that a file of the service could name",
            hint="Give what pip installs, such as pdev-tui==1.0 or the address of a wheel.",
        )
    text = _GITHUB if provider is Provider.GITHUB else _GITLAB
    told = {
        "@CHECKOUT@": _CHECKOUT,
        "@PYTHON@": _PYTHON,
        # A JSON string is a YAML string too.
        "@PACKAGE@": strict_json.line(package),
        "@OPTIONS@": " --boundaries" if boundaries else "",
    }
    for mark, value in told.items():
        text = text.replace(mark, value)
    return text
