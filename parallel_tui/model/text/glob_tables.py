"""Patterns of the gitignore dialect, and the same as plain tables, without importing anything.

A hook that runs on every edit loads this file by its path where a lock is a pattern (`table_of`),
so that it must not import a module. The rest of the program reaches it through `globs`, which has
the dialect in words.

A *table* is what JSON can hold: `[prefix, states, accepting, sinks]`. A path matches when it begins
with `prefix` and the automaton, fed with what follows, ends in a state of `accepting` or comes into
one of `sinks`. Each state is a list of `[characters, negated, next state]`.
"""

Edge = tuple[str, int, int]
"""Characters, whether all but those are meant, and the state that they lead to."""

Table = list[object]
"""See the head of this file."""

_MAGIC = "*?["
_SPECIAL = "*?[\\"
_NOT_SLASH = ("/", 1)
_ANY = ("", 1)


class PatternError(ValueError):
    """A text that is no pattern.

    Attributes:
        message: What is wrong.
        hint: What to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Automaton:
    """A nondeterministic automaton that grows from left to right; the last state is current.

    Attributes:
        edges: For each state the characters that lead to further states.
        jumps: For each state the states reached without reading.
        accepting: The states in which a path read to its end matches.
        claiming: The same where a last component such as `*.py` is taken for the name of a file.
    """

    def __init__(self) -> None:
        self.edges: list[list[Edge]] = [[]]
        self.jumps: list[list[int]] = [[]]
        self.accepting: frozenset[int] = frozenset()
        self.claiming: frozenset[int] = frozenset()

    @property
    def here(self) -> int:
        """The current state."""
        return len(self.edges) - 1

    def state(self) -> int:
        """Add a state that nothing leads to yet, and go there."""
        self.edges.append([])
        self.jumps.append([])
        return self.here

    def read(self, chars: str, negated: int = 0) -> None:
        """One character of a set."""
        source = self.here
        self.edges[source].append((chars, negated, self.state()))

    def star(self, chars: str, negated: int = 0) -> None:
        """Any number of characters of a set."""
        source = self.here
        self.edges[source].append((chars, negated, source))
        self.jumps[source].append(self.state())

    def folders(self) -> None:
        """Any number of whole components, each with its slash."""
        start = self.here
        body = self.state()
        self.jumps[start].append(body)
        inner = self.state()
        self.edges[body].append((*_NOT_SLASH, inner))
        self.edges[inner] += [(*_NOT_SLASH, inner), ("/", 0, body)]
        self.jumps[body].append(self.state())

    def rest_and_folders(self) -> None:
        """The rest of a component and further whole ones up to a slash, or nothing."""
        start = self.here
        name, slash, inner, end = self.state(), self.state(), self.state(), self.state()
        self.jumps[start] += [name, end]
        self.edges[name] += [(*_NOT_SLASH, name), ("/", 0, slash)]
        self.edges[slash].append((*_NOT_SLASH, inner))
        self.edges[inner] += [(*_NOT_SLASH, inner), ("/", 0, slash)]
        self.jumps[slash].append(end)

    def finish(self, folder_only: bool, names_file: bool) -> None:
        """Let what matches a folder match everything in it, and say where a path may end."""
        end = self.here
        self.read("/")
        self.read(*_NOT_SLASH)
        below = self.here
        self.edges[below].append((*_ANY, below))
        self.accepting = frozenset((below,)) if folder_only else frozenset((end, below))
        self.claiming = frozenset((end,)) if names_file else self.accepting

    def closure(self, states: set[int]) -> set[int]:
        """All states reachable without reading."""
        seen = set(states)
        todo = list(states)
        while todo:
            for state in self.jumps[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return seen

    def table(self, *, fold: bool = False) -> Table:
        """The same as a table.

        Args:
            fold: Whether it is to match paths that went through `folded`, as a file system that
                ignores case compares them.
        """
        number: dict[int, int] = {}
        first = [0]
        states: list[list[Edge]] = []
        accepting: list[int] = []
        prefix = ""
        while True:  # what every match begins with needs no automaton
            closed = self.closure(set(first))
            ahead = [edge for state in sorted(closed) for edge in self.edges[state]]
            plain = len(ahead) == 1 and len(ahead[0][0]) == 1 and not ahead[0][1]
            if not plain or closed & self.accepting:
                break
            prefix += folded(ahead[0][0]) if fold else ahead[0][0]
            first = [ahead[0][2]]
        todo = list(first)
        number[first[0]] = 0
        while todo:
            closed = self.closure({todo.pop(0)})
            if closed & self.accepting:
                accepting.append(len(states))
            edges: list[Edge] = []
            for state in sorted(closed):
                for chars, negated, to in self.edges[state]:
                    if to not in number:
                        number[to] = len(number)
                        todo.append(to)
                    if fold:
                        chars = "".join(sorted({folded(char) for char in chars}))
                    edges.append((chars, negated, number[to]))
            states.append(list(dict.fromkeys(edges)))
        sinks = [each for each in accepting if ("", 1, each) in states[each]]
        return [prefix, [[list(edge) for edge in edges] for edges in states], accepting, sinks]


def folded(text: str) -> str:
    """A path, composed already, as a file system that ignores case compares it."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def table_of(text: str, *, fold: bool = False) -> Table:
    """A pattern as a table; see `Automaton.table`.

    Raises:
        PatternError: When it is no pattern.
    """
    if fold and not text.isascii():
        from unicodedata import normalize

        text = normalize("NFC", text)
    return compiled(text).table(fold=fold)


def compiled(text: str) -> Automaton:
    """A pattern of the gitignore dialect.

    Raises:
        PatternError: When it is empty, negated, ends in a lone backslash, or has an open bracket.
    """
    if not text.strip("/"):
        raise PatternError(
            f"The pattern {text!r} is empty", "Name a path such as src/api/** or *.sql."
        )
    if text.startswith("!"):
        raise PatternError(
            f"The pattern {text!r} is a negation, which cannot stand alone",
            "Write \\! for a name that begins with an exclamation mark.",
        )
    folder_only = text.endswith("/")
    body = text.rstrip("/")
    anchored = "/" in body
    body = body.lstrip("/")
    made = Automaton()
    if not anchored:
        made.folders()
    components = body.split("/")
    # git takes a literal beginning off before it looks at the rest, so that in `a**/b` the stars
    # begin what is left and cross slashes, as a component `**` does (dir.c, match_pathname).
    start = body.find("**")
    literal_start = anchored and not any(char in _SPECIAL for char in body[: max(start, 0)])
    glued = body.count("/", 0, start) if start > 0 and literal_start else -1
    for position, component in enumerate(components):
        last = position == len(components) - 1
        if len(component) > 1 and not component.strip("*"):
            if not last:
                made.folders()
                continue
            made.read(*_NOT_SLASH)
            made.star(*_ANY)
            continue
        head = component.rstrip("*")
        if position == glued and not last and not any(char in _SPECIAL for char in head):
            for char in head:
                made.read(char)
            made.rest_and_folders()
            continue
        _component(made, component, text)
        if not last:
            made.read("/")
    final = components[-1]
    names_file = (
        any(char in _MAGIC for char in final) and final.strip("*") != "" and not folder_only
    )
    made.finish(folder_only, names_file)
    return made


def _component(made: Automaton, component: str, text: str) -> None:
    position = 0
    while position < len(component):
        char = component[position]
        position += 1
        if char == "*":
            while component[position : position + 1] == "*":
                position += 1
            made.star(*_NOT_SLASH)
        elif char == "?":
            made.read(*_NOT_SLASH)
        elif char == "[":
            members, negated, position = _bracket(component, position, text)
            made.read(members, negated)
        elif char == "\\":
            if position == len(component):
                raise PatternError(
                    f"The pattern {text!r} ends in a backslash", "Write \\\\ for a backslash."
                )
            made.read(component[position])
            position += 1
        else:
            made.read(char)


def _bracket(component: str, position: int, text: str) -> tuple[str, int, int]:
    negated = position < len(component) and component[position] in "!^"
    position += negated
    members: set[str] = set()
    first = True
    while True:
        if position >= len(component):
            raise PatternError(
                f"The pattern {text!r} has a [ without its ]", "Write \\[ for a bracket."
            )
        char = component[position]
        if char == "]" and not first:
            break
        first = False
        if char == "\\" and position + 1 < len(component):
            position += 1
            char = component[position]
        position += 1
        ranges = component[position : position + 1] == "-"
        if ranges and component[position + 1 : position + 2] not in ("", "]"):
            upper = component[position + 1]
            position += 2
            members.update(map(chr, range(ord(char), ord(upper) + 1)))
        else:
            members.add(char)
    members = members | {"/"} if negated else members - {"/"}
    return "".join(sorted(members)), int(negated), position + 1
