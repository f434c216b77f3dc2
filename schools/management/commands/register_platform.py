from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from schools.models import Deployment, Platform

CANVAS = "https://sso.canvaslms.com"
PARTS = ("issuer", "auth_url", "token_url", "keys_url")


def of_moodle(address: str) -> dict[str, str]:
    """Moodle's addresses follow from its own."""
    base = address.rstrip("/")
    return {
        "issuer": base,
        "auth_url": f"{base}/mod/lti/auth.php",
        "token_url": f"{base}/mod/lti/token.php",
        "keys_url": f"{base}/mod/lti/certs.php",
        "framed_by": base,
    }


def of_canvas(address: str) -> dict[str, str]:
    """Canvas in the cloud has one issuer for all schools; the school's own address frames."""
    return {
        "issuer": "https://canvas.instructure.com",
        "auth_url": f"{CANVAS}/api/lti/authorize_redirect",
        "token_url": f"{CANVAS}/login/oauth2/token",
        "keys_url": f"{CANVAS}/api/lti/security/jwks",
        "framed_by": address.rstrip("/"),
    }


class Command(BaseCommand):
    help = (
        "Registers a learning platform (LTI 1.3), or adds to one what it lacks. Run again, it replaces the addresses."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as people there call it, for example 'Moodle of Example School'")
        parser.add_argument("--client-id", required=True)
        parser.add_argument("--deployment", action="append", default=[], help="deployment ID; may be given again")
        parser.add_argument("--moodle", metavar="ADDRESS", help="sets all addresses for this Moodle")
        parser.add_argument("--canvas", metavar="ADDRESS", help="sets all addresses for this Canvas in the cloud")
        for part in PARTS:
            parser.add_argument(f"--{part.replace('_', '-')}", default="")
        parser.add_argument("--framed-by", default="", help="addresses whose pages may frame this site")

    def handle(self, *args: Any, **options: Any) -> None:
        found = dict.fromkeys((*PARTS, "framed_by"), "")
        if options["moodle"]:
            found |= of_moodle(options["moodle"])
        if options["canvas"]:
            found |= of_canvas(options["canvas"])
        found |= {name: options[name] for name in found if options[name]}
        for name in PARTS:
            option = f"--{name.replace('_', '-')}"
            if not found[name]:
                raise CommandError(f"{option} is needed, or --moodle or --canvas with the platform's address.")
            schemes = {"https"} if settings.SESSION_COOKIE_SECURE else {"https", "http"}
            if urlsplit(found[name]).scheme not in schemes:
                raise CommandError(f"{option} {found[name]!r} must begin with https://")
        with transaction.atomic():
            platform, is_new = self._save(options["name"], options["client_id"], found)
            for each in options["deployment"]:
                Deployment.objects.get_or_create(platform=platform, deployment_id=each)
        known = ", ".join(platform.deployments.values_list("deployment_id", flat=True)) or "none yet: add one"
        self.stdout.write(f"{'Registered' if is_new else 'Changed'}: {platform}. Deployments: {known}.")

    def _save(self, name: str, client_id: str, found: dict[str, str]) -> tuple[Platform, bool]:
        issuer = found.pop("issuer")
        platform = Platform.objects.filter(issuer=issuer, client_id=client_id).first()
        is_new = platform is None
        platform = platform or Platform(issuer=issuer, client_id=client_id)
        for field, value in {"name": name, **found}.items():
            setattr(platform, field, value)
        try:
            platform.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        platform.save()
        return platform, is_new
