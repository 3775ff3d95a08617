"""Contents of the demo's web shop: its files and their history.

Pure data, made by code so that it stays small. The same every time; only dates follow the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parallel_tui.demo.texts import BOUNDARIES
from parallel_tui.record import dataclass, field

ADA: Final = "Ada Brandt <ada@example.invalid>"
LIN: Final = "Lin Okafor <lin@example.invalid>"
SAM: Final = "Sam Reyes <sam@example.invalid>"

_MODELS: Final = ("user", "product", "order", "cart", "payment", "address", "review", "coupon")


@dataclass(frozen=True, slots=True)
class InventedCommit:
    """One commit of the invented history.

    Attributes:
        hours: How long ago it was made.
        author: Name and address.
        subject: Its message.
        files: Path to new content.
    """

    hours: int
    author: str
    subject: str
    files: Mapping[str, str] = field(default_factory=dict)


def _model(name: str) -> str:
    title = name.capitalize()
    return (
        f'"""The {name} of the shop."""\n\n'
        "from dataclasses import dataclass\n\n\n"
        f"@dataclass(frozen=True)\nclass {title}:\n"
        f'    """One {name}, as stored in table `{name}s`."""\n\n'
        "    id: int\n    created_at: str\n    active: bool = True\n"
    )


def _route(name: str) -> str:
    return (
        f'"""HTTP routes for {name}s."""\n\n'
        f"from api.models.{name} import {name.capitalize()}\n\n"
        "PAGE_SIZE = 20\n\n\n"
        f"def list_{name}s(page: int = 1) -> list[{name.capitalize()}]:\n"
        f'    """One page of {name}s, newest first."""\n'
        "    offset = (page - 1) * PAGE_SIZE\n"
        f'    return query("{name}s", limit=PAGE_SIZE, offset=offset)\n'
    )


def _page(name: str) -> str:
    return (
        f"import {{ useQuery }} from '../lib/query'\n\n"
        f"export function {name}Page() {{\n"
        f"  const {{ data, error }} = useQuery('/api/{name.lower()}')\n"
        "  if (error) return <Problem error={error} />\n"
        f"  return <Layout title='{name}'>{{data?.title}}</Layout>\n}}\n"
    )


def _table(number: int, name: str) -> tuple[str, str]:
    sql = (
        f"CREATE TABLE {name}s (\n  id BIGSERIAL PRIMARY KEY,\n"
        "  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),\n  active BOOLEAN NOT NULL\n);\n"
    )
    return f"db/migrations/{number:03d}_{name}s.sql", sql


def _test(name: str) -> str:
    return (
        f"from api.routes.{name}s import list_{name}s\n\n\n"
        f"def test_lists_{name}s_a_page_at_a_time(db):\n"
        f"    db.insert_many('{name}s', 25)\n    assert len(list_{name}s(page=1)) == 20\n"
    )


def _models(*names: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for name in names:
        files[f"api/models/{name}.py"] = _model(name)
        files[f"api/routes/{name}s.py"] = _route(name)
        files[f"tests/test_{name}s.py"] = _test(name)
        path, sql = _table(_MODELS.index(name) + 1, name)
        files[path] = sql
    return files


def _pages(*names: str) -> dict[str, str]:
    return {f"web/src/pages/{name}.tsx": _page(name) for name in names}


_IGNORE: Final = ".env\nnode_modules/\n__pycache__/\n*.log\n"
_README: Final = (
    "# myapp\n\nA small web shop: `api/` in Python, `web/` in TypeScript, `db/` in SQL.\n"
)
_SLOW_PAGE: Final = _route("product").replace("PAGE_SIZE = 20", "PAGE_SIZE = 24  # fills the grid")
_FAST_PAGE: Final = _route("product").replace(
    "PAGE_SIZE = 20", "PAGE_SIZE = 50  # one request less"
)

MAIN: Final = (
    InventedCommit(
        430,
        ADA,
        "Start the shop",
        {
            "README.md": _README,
            ".gitignore": _IGNORE,
            ".claude/parallel-config.yml": BOUNDARIES,
        },
    ),
    InventedCommit(421, ADA, "Add users and products", _models("user", "product")),
    InventedCommit(
        402, LIN, "Show a home page and a catalogue", _pages("Home", "Catalog", "Product")
    ),
    InventedCommit(
        380, LIN, "Fetch through one helper", {"web/src/lib/query.ts": "export const ttl = 30\n"}
    ),
    InventedCommit(352, SAM, "Take orders", _models("order", "cart")),
    InventedCommit(330, LIN, "Add a cart page", _pages("Cart")),
    InventedCommit(305, SAM, "Take payments", _models("payment", "address")),
    InventedCommit(281, LIN, "Add checkout", _pages("Checkout")),
    InventedCommit(
        240, ADA, "Describe how to deploy", {"docs/deploy.md": "# Deploy\n\n1. tag\n2. push\n"}
    ),
    InventedCommit(214, SAM, "Let customers review products", _models("review")),
    InventedCommit(190, LIN, "Add account and login pages", _pages("Account", "Login")),
    InventedCommit(141, SAM, "Accept coupons", _models("coupon")),
    InventedCommit(118, ADA, "Log requests", {"api/logging.py": "LEVEL = 'info'\n"}),
    InventedCommit(75, SAM, "Show 24 products a page", {"api/routes/products.py": _SLOW_PAGE}),
    InventedCommit(50, ADA, "Pin the database version", {"db/version.txt": "16.4\n"}),
    InventedCommit(
        27, LIN, "Round prices in one place", {"web/src/lib/price.ts": "export const digits = 2\n"}
    ),
    # Not pulled yet: the reason why `main` stands behind its upstream.
    InventedCommit(9, SAM, "Retry failed payments once", {"api/retry.py": "ATTEMPTS = 2\n"}),
    InventedCommit(
        6, ADA, "Note the release", {"CHANGELOG.md": "# 1.5\n\n- payments are retried\n"}
    ),
)
"""The whole history of `origin/main`, oldest first."""

UNPULLED: Final = 2
"""How many of the newest commits the local `main` does not have."""


@dataclass(frozen=True, slots=True)
class InventedBranch:
    """A branch: where it left `main`, and its commits.

    Attributes:
        branch: Its short name.
        behind: How many commits of local `main` it does not have.
        changes: Its own commits, oldest first.
    """

    branch: str
    behind: int
    changes: tuple[InventedCommit, ...]


_TOKENS: Final = (
    "import secrets\n\n\ndef new_token() -> str:\n    return secrets.token_urlsafe(32)\n"
)

_RETURNING: Final = {
    "web/src/pages/Login.tsx": _page("Login").replace("title='Login'", "title='Login' back={back}")
}
"""What makes the fix conflict with the new login form of `feature/auth`, which knows no `back`."""

LINES: Final = (
    InventedBranch(
        "feature/auth",
        1,
        (
            InventedCommit(20, ADA, "Add login form", {"web/src/pages/Login.tsx": _page("SignIn")}),
            InventedCommit(5, ADA, "Issue session tokens", {"api/auth/tokens.py": _TOKENS}),
            InventedCommit(
                2,
                ADA,
                "Test expiry of tokens",
                {"tests/test_tokens.py": "def test_expiry(): ...\n"},
            ),
        ),
    ),
    InventedBranch(
        "feature/checkout",
        0,
        (
            InventedCommit(
                4, LIN, "Split checkout in steps", _pages("CheckoutAddress", "CheckoutPay")
            ),
            InventedCommit(
                1, LIN, "Keep the cart between visits", {"web/src/lib/cart.ts": "export {}\n"}
            ),
        ),
    ),
    InventedBranch(
        "fix/login-redirect",
        1,
        (
            InventedCommit(
                3,
                SAM,
                "Return to the page that asked for login",
                {"web/src/lib/back.ts": "export {}\n", **_RETURNING},
            ),
        ),
    ),
    InventedBranch("migration/orders-index", 0, ()),
    InventedBranch(
        "feature/gift-cards",
        1,
        (
            InventedCommit(
                8, LIN, "Sell gift cards", {"api/gift_cards.py": "CENTS = (1000, 2500, 5000)\n"}
            ),
        ),
    ),
    InventedBranch("fix/webhooks", 2, ()),
    InventedBranch("feature/exports", 0, ()),
    InventedBranch(
        "feature/search",
        4,
        (
            InventedCommit(
                70, SAM, "Add full text search", {"api/search.py": "INDEX = 'products_tsv'\n"}
            ),
            InventedCommit(
                60, SAM, "Show 50 products a page", {"api/routes/products.py": _FAST_PAGE}
            ),
            InventedCommit(
                52, SAM, "Highlight matches", {"web/src/lib/mark.ts": "export const tag = 'b'\n"}
            ),
        ),
    ),
)
"""The local branches of the sessions."""

BY_HAND: Final = (
    # Its two commits came to `main` as one, "Accept coupons": a squash merge.
    InventedBranch(
        "feature/coupons",
        5,
        tuple(
            InventedCommit(
                hours,
                SAM,
                subject,
                {path: text for path, text in _models("coupon").items() if path[:3] in folders},
            )
            for hours, subject, folders in (
                (146, "Take coupons at checkout", ("api",)),
                (143, "Store coupons, and test them", ("db/", "tes")),
            )
        ),
    ),
    InventedBranch(
        "feature/receipts",
        1,
        (InventedCommit(26, SAM, "Print receipts", {"api/receipts.py": "WIDTH = 42\n"}),),
    ),
    InventedBranch(
        "feature/banner",
        2,
        (InventedCommit(47, LIN, "Announce the sale", {"web/src/lib/banner.ts": "export {}\n"}),),
    ),
    InventedBranch(
        "feature/refunds",
        0,
        (
            InventedCommit(
                3,
                LIN,
                "Refund part of an order (tests pass)",
                {"api/refunds.py": "PARTS = True\n", "tests/test_refunds.py": "x = 1\n"},
            ),
        ),
    ),
)
"""Branches that were committed to in worktrees made with plain git."""

REMOTE_ONLY: Final = InventedBranch(
    "feature/profile-page",
    2,
    (InventedCommit(30, LIN, "Sketch a profile page", _pages("Profile")),),
)
"""A branch that only the remote has, so that there is one to take over."""
