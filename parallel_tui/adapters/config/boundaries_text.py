"""Read boundaries from the text of `parallel-config.yml`, wherever that text is from."""

from __future__ import annotations

from parallel_tui.adapters.config import yaml_file
from parallel_tui.adapters.config.messages import wrong_value
from parallel_tui.model.policy.boundaries import Boundaries, boundaries_of
from parallel_tui.model.settings.values import WrongValueError


def parse(where: str, text: str) -> Boundaries:
    """The boundaries in a text.

    Args:
        where: The file it is from, for messages.
        text: Its contents.

    Raises:
        ConfigError: Naming file, line, key, what was found and what is allowed.
    """
    document = yaml_file.parse(where, text)
    try:
        return boundaries_of(document.top)
    except WrongValueError as error:
        raise wrong_value(error, (), where, document) from None
