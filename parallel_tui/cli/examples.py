"""Examples of each command, as its `--help` shows them. Each is tried by a test."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

EXAMPLES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "attach": (("login", "go to the window of login; opens one if it has none"),),
    "check": (
        ("", "compare every pair of sessions"),
        ("login --fail-on near", "compare login with all others, strictly"),
        ("--path src/api.py --lines 10-20", "before an edit: who else changes these lines?"),
        ("--staged --boundaries", "before a commit: is all of it mine to change?"),
    ),
    "ci": (
        ("init --provider github", "write a workflow that checks every push"),
        ("check --branch 'feature/**'", "in a job: does this commit conflict with those?"),
    ),
    "cleanup": (
        ("--dry-run", "show which sessions are merged, and how that is known"),
        ("--fetch --yes", "look at the remote first, then remove them without a question"),
    ),
    "close": (("login", "close the window of login; its files stay"),),
    "completion": (
        ("bash > ~/.local/share/bash-completion/completions/pdev", "for bash"),
        ("zsh > ~/.zfunc/_pdev", "for zsh, where ~/.zfunc is in fpath before compinit"),
        ("fish > ~/.config/fish/completions/pdev.fish", "for fish"),
    ),
    "config": (
        ("", "show every setting in force, and where its value comes from"),
        ("path", "show which files are read"),
    ),
    "diff": (("login --stat", "show the files that login has changed, and how much"),),
    "distribute": (("tasks.md --sessions login,api", "deal out the lines of a file in turn"),),
    "doctor": (("", "look for problems, and show the command that fixes each"),),
    "down": (
        ("fullstack --dry-run", "show what ending the team would lose"),
        ("fullstack --keep-worktrees --yes", "close its windows, and what runs in them"),
    ),
    "event": (
        ('emit note --payload \'{"message": "Tests are green"}\'', "tell all others"),
        ("list --unread", "show what the current session has not seen"),
        ("ack --all", "mark it as seen"),
        ("clean --older 2d", "delete what is older and was seen by all"),
    ),
    "handoff": (
        ("send perf --task 'Take the parser tests'", "hand a task to the session perf"),
        ("list", "show open handoffs with their ids"),
        ("accept h0123456789", "take one on"),
        ("decline h0123456789 --why 'No time today'", "give it back"),
        ("done h0123456789", "say that it is done"),
    ),
    "history": (("-n 5", "show the last five changes, and how to undo each"),),
    "host": (
        ("share work", "let other machines see commits and uncommitted work of all sessions here"),
        ("share commits --remote team", "only commits, through another remote"),
        ("list", "sessions of other machines"),
        ("status", "what is shared from here, and what could not be"),
        ("run", "keep this clone in step with others without a dashboard"),
        ("unit", "print a systemd user unit that does it"),
        ("connect red me@red.example.org", "try to reach red with ssh, and keep how"),
        ("share off", "take back what is shared, and see none of others"),
    ),
    "hooks": (
        ("install", "have Claude Code ask before it edits, in every worktree"),
        ("install --git", "have git ask before each commit"),
        ("status", "show what is installed, and whether it works"),
        ("uninstall", "take it out again"),
        ("scan", "say what a session has changed that is not its own"),
    ),
    "layout": (
        ("list", "show all layouts"),
        ("show parallel-dev", "print one, to change it in your settings"),
        ("load parallel-dev --attach", "open the windows that are missing, and go there"),
        ("load team.yaml --dry-run", "show what a file of tmuxp would open"),
        ("freeze --output team.yaml", "write down how the windows stand now"),
    ),
    "list": (("", "show all sessions"), ("--json", "the same for a script")),
    "lock": (
        ("src/api.py 'src/db/**'", "lock a file and a folder for the current session"),
        ("src/api.py --wait 5m --reason 'renaming'", "wait for it if somebody has it"),
    ),
    "locks": (("", "show who has locked what, and why"),),
    "mcp": (("", "what an agent's settings start; it speaks on standard input and output"),),
    "merge": (
        ("plan", "show who can land, and in which order"),
        ("plan --print > land.sh", "write the merges as a script, to read and run"),
        ("check login", "run the commands of merge.check on login"),
        ("run", "show the plan, and land it after a question"),
        ("run login --strategy squash --yes", "land login as one commit, without a question"),
    ),
    "on": (
        ("red remove login", "end the session login of red, after showing what would be lost"),
        ("red spawn login --no-agent", "start a session there"),
        ("red undo", "take back what was done there last"),
    ),
    "open": (("login", "show login in a new terminal window"),),
    "path": (("login", 'print its directory, as in: cd "$(pdev path login)"'),),
    "ports": (
        ("", "show the ports of each session"),
        ("login", "give login ports of its own, and write them to its .env.pdev"),
        ("login --free", "take them back"),
    ),
    "preset": (
        ("list", "show every preset, and the sessions it makes"),
        ("show fullstack > team.yml", "a preset as a file, to be changed and started"),
        ("save mine", "make a preset of the sessions that run now"),
    ),
    "prove": (
        ("", "check all that are ready together, and name who breaks base"),
        ("--pair login api", "only these two"),
    ),
    "prune": (
        ("", "show worktrees whose directory is gone"),
        ("login --repair", "tell git where the directory of login was moved to"),
    ),
    "queue": (
        ("list", "show messages that wait for agents"),
        ("revoke --to login", "take back what waits for login"),
        ("deliver login", "deliver it now, if its agent is at rest"),
    ),
    "remove": (
        ("login --dry-run", "show what would be lost"),
        ("login", "remove it after a question; `pdev undo` brings it back"),
        ("login --discard untracked --yes", "without a question, untracked files and all"),
    ),
    "repair": (("parallel-state.json", "move a file that cannot be read out of the way"),),
    "resolve": (
        ("list", "show the conflicts of which git remembers how they were resolved"),
        ("show 3f2a", "show one of them: the conflict, and what was made of it"),
        ("forget 3f2a", "have git ask again when it meets that conflict"),
    ),
    "resume": (("login", "open it again, with the conversation its agent had"),),
    "run": (
        ("--slot test -- make test", "wait until no other session runs its tests, then run them"),
        ("--slot build:2 --wait 10m -- cargo build", "at most two at once; give up after a while"),
        ("-- npm run dev", "run it with the ports of the session"),
    ),
    "screen-conf": (("> ~/.screenrc.pdev", "write them down, for GNU screen to read: source"),),
    "send": (
        ("login 'Run the tests, please'", "tell the agent of login what to do next"),
        ("login api --file prompt.md", "send a file to two sessions"),
    ),
    "session": (
        ("register --task 'Fix the login form'", "make the current session known to others"),
        ("set --status blocked", "say how it is going"),
        ("show --json", "show what sessions say of themselves"),
        ("after login api", "login lands only after api"),
        ("end", "release what it holds"),
    ),
    "slots": (("", "show who runs in which slot, and who waits for it"),),
    "spawn": (
        ("login --prompt 'Fix the login form'", "start a session, and its agent with a prompt"),
        ("hotfix --kind fix --base v1.2 --no-agent", "a plain shell on a branch from v1.2"),
        ("review --remote --branch origin/topic", "work on somebody's branch"),
    ),
    "status": (("", "show an overview"), ("login", "show all that is known of login")),
    "sync": (
        ("login --dry-run", "show what a rebase onto base would bring"),
        ("--all", "bring every session up to date"),
        ("--undo", "put the branches back as before the last sync"),
    ),
    "task": (
        ("add 'Write the tests' --session api", "add a task to the list of api"),
        ("move 2 --to perf", "give the second task of the current session to perf"),
        ("done 2", "tick the second task of the current session"),
        ("undo 2", "take the tick away"),
        (
            "pass-on login --to api,perf",
            "give open tasks of a session that has ended to others",
        ),
    ),
    "tasks": (("login", "show the tasks of login"),),
    "top": (
        ("", "show what each session uses of the machine"),
        ("login", "show the biggest processes of login"),
        ("login --stop 4711", "end one of them, after a question"),
    ),
    "train": (
        ("show", "show who is aboard, and who is not and why"),
        ("update", "build it again: base with all ready sessions landed"),
        ("preview", "look at it in a directory of its own"),
        ("drop", "delete it"),
    ),
    "store": (
        ("init", "make the tables in the database that PDEV_STORE names"),
        ("init --print-role pdev", "the SQL for a role that may do nothing else"),
        ("status", "what is there, and which machines use it"),
        ("migrate", "bring the tables to the version of this pdev"),
        ("import", "take the shared files of this clone along"),
        ("export --to backup", "write files of all that is on the server"),
    ),
    "tmux-conf": (
        ("", "show what is recommended, what of it holds, and what each does"),
        ("> ~/.tmux.pdev.conf", "write it down, for tmux source-file to read"),
    ),
    "trash": (
        ("list", "show removed sessions"),
        ("restore login", "bring one back"),
        ("empty --older 7d", "delete what was removed more than a week ago, for good"),
    ),
    "undo": (
        ("", "undo the last change"),
        ("login --as login2", "bring login back under another name"),
    ),
    "unlock": (
        ("src/api.py", "release one lock"),
        ("--all", "release all locks of the current session"),
    ),
    "up": (
        ("fullstack --dry-run", "show every step of starting the team, and expected overlaps"),
        ("fullstack --yes --attach", "start what is missing of it, and go there"),
        ("team.yml", "start the sessions that a file describes"),
        ("bug-blitz bugs.md", "start a session for each line of a file"),
        ("", "open a window for each worktree that has none"),
    ),
    "wait": (
        ("login --until needs-you", "return when login asks for something, or is done"),
        ("login api --until stopped --timeout 30m", "return when both have stopped working"),
        ("login api --any --until merged", "return when one of them is merged"),
    ),
    "watch": (("", "print what changes, a line each"), ("--ndjson --count 1", "for a script")),
}
"""By command: what stands after its name, and what it does."""


def lines(path: str) -> Iterator[str]:
    """The examples of a command, or of one of its verbs, as lines of help.

    Args:
        path: The command as it is typed, such as `pdev handoff send`.
    """
    _, command, *verb = path.split(" ")
    found = [
        (f"pdev {command} {rest}".rstrip(), what)
        for rest, what in EXAMPLES.get(command, ())
        if rest.split(" ")[: len(verb)] == verb
    ]
    if found:
        yield "examples:"
    for line, what in found:
        yield f"  {line}"
        yield f"      {what}"
