"""The preset of services that are built by contracts."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_CONTRACTS: Final = """\
Services are built in parallel, each by a session of its own, by these contracts:

User service (port 3001):
- POST /users: create a user
- GET /users/:id: get a user
- PUT /users/:id: update a user

Order service (port 3002):
- POST /orders: create an order (calls the user service)
- GET /orders/:id: get an order
- GET /orders/user/:userId: get a user's orders

Payment service (port 3003):
- POST /payments: process a payment (calls the order service)
- GET /payments/:id: get a payment's status

Gateway (port 3000):
- routes to all services
- authentication
- rate limiting
"""


def _service(name: str, work: str) -> dict[str, object]:
    return {
        "branch": "feature/gateway" if name == "gateway" else f"feature/{name}-service",
        "owns": [f"/{name}-service/**", f"/services/{name}/**"],
        "prompt": f"You build {work}. Keep to the contracts; before you change one, tell the "
        "sessions that call it.",
    }


MICROSERVICES: Final = {
    "summary": "a session for each service, all with the same contracts",
    "context": _CONTRACTS,
    "sessions": {
        "user-service": _service("user", "the user service"),
        "order-service": _service("order", "the order service"),
        "payment-service": _service("payment", "the payment service"),
        "gateway-service": _service("gateway", "the gateway"),
    },
}
"""A team as a file describes one."""
