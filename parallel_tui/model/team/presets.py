"""Presets: teams that are known by name, for the guide's ways of distributing work. Pure.

Each is data in the format of any team, and read by the same rules.
"""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.team.microservices import MICROSERVICES
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

_FRONTEND: Final = ["/src/components/**", "/src/pages/**", "/src/styles/**", "/public/**"]
_BACKEND: Final = ["/src/api/**", "/src/services/**", "/src/models/**", "/src/middleware/**"]
_TESTS: Final = ["/tests/**", "/__mocks__/**"]
_SHARED: Final = {
    "owns": ["/src/types/**", "/src/utils/**", "/src/constants/**"],
    "note": "Coordinate before changes",
}

_DOMAIN: Final = {
    "summary": "a session for each domain: frontend, backend, infrastructure, tests",
    "sessions": {
        "frontend": {
            "owns": _FRONTEND,
            "can_read": ["/src/api/**", "/src/types/**"],
            "prompt": "Your domain is the frontend: components, styles, client-side logic.",
        },
        "backend": {
            "owns": _BACKEND,
            "can_read": ["/src/types/**"],
            "prompt": "Your domain is the backend: API routes, database, server logic.",
        },
        "infra": {
            "owns": [
                *("/Dockerfile*", "/docker-compose*", "/docker/**", "/infra/**", "/deploy/**"),
                *("/.github/**", "/.gitlab-ci.yml"),
            ],
            "prompt": "Your domain is the infrastructure: containers, CI/CD, deployment.",
        },
        "tests": {
            "owns": _TESTS,
            "can_read": ["**"],
            "prompt": "Your domain is the tests: unit tests, integration tests, end-to-end tests.",
        },
        "shared": _SHARED,
    },
}

_FEATURE: Final = {
    "summary": "a session for each complete feature: authentication, payments, notifications",
    "sessions": {
        "user-authentication": {
            "owns": ["/src/auth/**"],
            "prompt": "You own the user authentication as a whole.",
            "tasks": [
                "Login and logout flows",
                "JWT token handling",
                "Password reset",
                "Remember-me functionality",
            ],
        },
        "payment-processing": {
            "owns": ["/src/payments/**"],
            "prompt": "You own the payment processing as a whole.",
            "tasks": [
                "Stripe integration",
                "Subscription management",
                "Invoice generation",
                "Payment history",
            ],
        },
        "notification-system": {
            "owns": ["/src/notifications/**"],
            "prompt": "You own the notification system as a whole.",
            "tasks": [
                "Email notifications",
                "In-app notifications",
                "Push notifications",
                "Notification preferences",
            ],
        },
    },
}

_LAYER: Final = {
    "summary": "a session for each layer: data, business logic, presentation, infrastructure",
    "sessions": {
        "data-layer": {
            "owns": [
                *("/src/models/**", "/migrations/**", "/src/repositories/**"),
                "/src/validation/**",
            ],
            "prompt": "Your layer holds the data: database models, migrations, repositories, "
            "data validation.",
        },
        "business-logic": {
            "owns": ["/src/services/**", "/src/use_cases/**", "/src/domain/**"],
            "can_read": ["/src/models/**", "/src/repositories/**"],
            "prompt": "Your layer holds the business logic: services, use cases, domain events, "
            "business rules.",
        },
        "presentation": {
            "owns": ["/src/api/**", "/src/controllers/**", "/src/dto/**", "/docs/api/**"],
            "can_read": ["/src/services/**", "/src/domain/**"],
            "prompt": "Your layer presents: API controllers, request and response DTOs, API "
            "documentation, error handling.",
        },
        "infrastructure": {
            "owns": [
                *("/src/integrations/**", "/src/cache/**", "/src/queues/**"),
                "/src/monitoring/**",
            ],
            "prompt": "Your layer holds what the others run on: external integrations, caching, "
            "message queues, monitoring.",
        },
    },
}

_FULLSTACK: Final = {
    "summary": "one feature, a user dashboard, by a frontend, a backend and a tests session",
    "context": "A user dashboard is built by three sessions in parallel: frontend, backend, tests.",
    "sessions": {
        "dashboard-frontend": {
            "owns": _FRONTEND,
            "can_read": ["/src/api/**", "/src/types/**"],
            "prompt": "You build the frontend:\n"
            "- layout of the dashboard\n"
            "- widgets: stats, charts, activity feed\n"
            "- state management for its data\n"
            "- hooks that call the API\n\n"
            "The backend session makes the endpoints meanwhile: begin with mock data, and change "
            "to real calls when they are ready. Start with the layout and the widgets' structure.",
        },
        "dashboard-backend": {
            "owns": _BACKEND,
            "can_read": ["/src/types/**"],
            "prompt": "You build the API:\n"
            "- endpoint /api/dashboard/stats\n"
            "- endpoint /api/dashboard/activity\n"
            "- endpoint /api/dashboard/widgets\n"
            "- WebSocket for real-time updates\n\n"
            "You give the frontend session its API contracts. Start with the stats endpoint, and "
            "document the format of its response.",
        },
        "dashboard-tests": {
            "owns": _TESTS,
            "can_read": ["**"],
            "prompt": "You test what the frontend and the backend session build, as it is "
            "completed:\n"
            "- unit tests for components and services\n"
            "- integration tests for API endpoints\n"
            "- end-to-end tests for the dashboard's flows\n\n"
            "Watch for commits on both branches. Start by setting up the tests' structure.",
        },
        "shared": _SHARED,
    },
}

_MIGRATION: Final = {
    "summary": "away from a legacy system: analysis, then new API and data, then tests",
    "prefix": "migration/",
    "context": "A legacy code base is migrated by four sessions: analysis, new API, data, tests.",
    "sessions": {
        "migration-analysis": {
            "branch": "migration/analysis",
            "owns": ["/docs/migration/**"],
            "can_read": ["**"],
            "prompt": "You analyse the legacy code base:\n"
            "- find all database queries and models\n"
            "- map the dependencies between modules\n"
            "- document business logic that has to be preserved\n"
            "- assess the risks of the migration\n\n"
            "Start with a map of the database schema and its models.",
        },
        "migration-new-api": {
            "branch": "migration/new-api",
            "after": ["migration-analysis"],
            "owns": ["/src/api/**", "/src/services/**", "/src/models/**"],
            "can_read": ["/docs/migration/**"],
            "prompt": "You build the new API on what the analysis finds:\n"
            "- a modern REST API\n"
            "- new data models with proper relations\n"
            "- a service layer with a clean architecture\n"
            "- documentation with OpenAPI\n\n"
            "Wait for the first results of the analysis, then start with the user domain.",
        },
        "migration-data": {
            "branch": "migration/data",
            "after": ["migration-analysis"],
            "owns": ["/migrations/**", "/scripts/migration/**"],
            "can_read": ["/docs/migration/**"],
            "prompt": "You build the scripts that migrate the data:\n"
            "- transformation of the schema\n"
            "- validation and cleaning of data\n"
            "- a way back\n"
            "- a framework that tests the migration\n\n"
            "Design the framework while you wait for the analysis of the schema.",
        },
        "migration-tests": {
            "branch": "migration/tests",
            "after": ["migration-new-api", "migration-data"],
            "owns": _TESTS,
            "can_read": ["**"],
            "prompt": "You prove that the migrated system does what the legacy one does: start "
            "with tests that pin the present behaviour, then run them against the new API.",
        },
    },
}


def _bug(branch: str, about: str, files: str, repro: str) -> dict[str, object]:
    return {
        "branch": f"fix/{branch}",
        "prompt": f"Bug: {about}\nFiles: {files}\nReproduce: {repro}\nFix this bug.",
    }


_BUG_BLITZ: Final = {
    "summary": "a session for each bug: of a file with one a line, or each given by --bug",
    "prefix": "fix/",
    "sessions": {
        "fix-auth-timeout": _bug(
            "auth-timeout",
            "users are logged out after 5 minutes instead of 30",
            "src/auth/session.ts, src/middleware/auth.ts",
            "log in, wait 6 minutes, open the dashboard",
        ),
        "fix-payment-calc": _bug(
            "payment-calculation",
            "tax is calculated wrongly for international orders",
            "src/services/payment.ts, src/utils/tax.ts",
            "create an order with a shipping address outside the US",
        ),
        "fix-search-perf": _bug(
            "search-performance",
            "a search takes more than 10 seconds for common queries",
            "src/services/search.ts, src/db/queries.ts",
            'search for "electronics" in the product catalogue',
        ),
    },
}

PRESETS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "domain": _DOMAIN,
        "feature": _FEATURE,
        "layer": _LAYER,
        "fullstack": _FULLSTACK,
        "microservices": MICROSERVICES,
        "migration": _MIGRATION,
        "bug-blitz": _BUG_BLITZ,
    }
)
"""By name, as the top of a team's file."""

BUGS: Final = "bug-blitz"
"""The preset that takes a list."""


def preset(name: str) -> Team:
    """A preset of ours.

    Raises:
        KeyError: When there is none of this name.
    """
    return team_of(PRESETS[name], name=name)
