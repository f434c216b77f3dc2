"""Designs in the benchmark's site and their signed-in owner, as JSON: session, small, and several large."""

from __future__ import annotations

import json
from typing import Any

COMPONENTS, CONNECTIONS = 300, 450
PER_ROW = 20
ROUNDS = 3


def large_document() -> dict[str, Any]:
    """300 services in rows, each calling the next, and half of them also the one below."""
    components = {
        f"s{number}": {
            "kind": "service",
            "label": f"Service {number}",
            "x": 200 * (number % PER_ROW),
            "y": 140 * (number // PER_ROW),
            "order": number,
        }
        for number in range(COMPONENTS)
    }
    pairs = [(number, number + 1) for number in range(COMPONENTS - 1)]
    pairs += [(number, number + PER_ROW) for number in range(CONNECTIONS - len(pairs))]
    connections = {
        f"c{index}": {"source": f"s{one}", "target": f"s{other}", "order": index}
        for index, (one, other) in enumerate(pairs)
    }
    return {"format": 2, "meta": {"title": "Large"}, "diagram": {"components": components, "connections": connections}}


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from designs.services.saving import create_design

    user = User.objects.create_user("bench")
    client = Client()
    client.force_login(user)
    small = create_design(owner=user, document={"format": 2, "meta": {"title": "Small"}}, at=timezone.now())
    # One for each round, because a drag is saved.
    large = [create_design(owner=user, document=large_document(), at=timezone.now()) for _ in range(ROUNDS)]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(json.dumps({"session": cookie, "small": str(small.pk), "large": [str(each.pk) for each in large]}))


if __name__ == "__main__":
    main()
