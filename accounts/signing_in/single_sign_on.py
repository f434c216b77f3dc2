"""Sign-in through OpenID Connect: how the provider's answer is checked and what it leads to here.

django-allauth leads to the provider and back (state, PKCE). We check in addition the signature of every token and that
both answers of a provider speak of one person; a provider may be limited to addresses of some domains.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from accounts.signing_in.tokens import RefusedTokenError, read_signed
from web.watching import audit


def offered(request: HttpRequest) -> list[Any]:
    """The providers that the environment names; no query when it names none."""
    if not settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
        return []
    return SocialAdapter(request).list_providers(request)


class Provider(OpenIDConnectOAuth2Adapter):
    """One provider, for the length of one request."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **more: Any) -> SocialLogin:
        signed = more["response"].get("id_token")
        if not signed:
            raise ProviderException("the provider sent no signed token")
        claims = self._decode_id_token(app, signed)
        data = {"id_token": claims}
        if "userinfo_endpoint" in self.openid_config and not claims.get("email"):
            about = self._fetch_user_info(token.token)
            if about.get("sub") != claims["sub"]:
                raise ProviderException("the signed token and the user info of the provider name different people")
            data["userinfo"] = claims | about
        for said in data.values():  # some say "false", which is not false
            said["email_verified"] = str(said.get("email_verified")).lower() == "true"
        return self.get_provider().sociallogin_from_response(request, data)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        config = self.openid_config
        if config.get("issuer", "").rstrip("/") != app.settings["issuer"].rstrip("/"):
            raise ProviderException("the provider names another issuer than the settings of this site")
        try:
            return read_signed(id_token, keys=self._keys(), issuer=config["issuer"], audience=app.client_id)
        except RefusedTokenError as error:
            raise ProviderException(f"the token is refused: {error}") from error

    def _keys(self) -> dict[str, Any]:
        with SocialAdapter(self.request).get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        return found


class SocialAdapter(DefaultSocialAccountAdapter):
    """Every person of a provider has one account here; a guest's work moves into it as at any sign-in."""

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:  # noqa: ARG002
        """Never the guest's own row: it has a key, so allauth would take it for an account that exists."""
        return User()

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> Any:  # noqa: ARG002
        """Only the apps of the environment, so that no row of the database opens another way in."""
        return [
            SocialApp(provider="openid_connect", **app)
            for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
            if provider in (None, "openid_connect", app["provider_id"]) and client_id in (None, app["client_id"])
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuses addresses of other domains, and keeps no address that somebody here has already."""
        domains = sociallogin.provider.app.settings["domains"]
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        if domains and not any(address.rpartition("@")[2].lower() in domains for address in verified):
            audit.record("sign-in refused", request, provider=sociallogin.provider.app.provider_id, because="domain")
            context = {"provider": sociallogin.provider, "domains": domains}
            raise ImmediateHttpResponse(render(request, "account/not_admitted.html", context, status=403))
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        if any(filter_users_by_email(each.email) for each in sociallogin.email_addresses):
            # Nobody has confirmed this address here, so a new account starts without one.
            sociallogin.email_addresses = []
            if sociallogin.user:
                sociallogin.user.email = ""

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_: Any
    ) -> None:
        because = str(exception or error)[:200]
        audit.record("sign-in refused", request, provider=provider.app.provider_id, because=because)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ARG002
        return reverse("accounts:account")
