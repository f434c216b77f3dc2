"""The pages of an account. Those of django-allauth are listed one by one: what is not here is not served."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from accounts import views
from accounts.views import members_only

own = (
    [
        path("", views.account, name="account"),
        path("export/", views.account_export, name="account_export"),
        path("bring/", views.account_bring, name="account_bring"),
        path("delete/", views.account_delete, name="account_delete"),
    ],
    "accounts",
)

urlpatterns = [
    path("account/", include(own)),
    path("accounts/login/", views.LoginView.as_view(), name="account_login"),
    path("accounts/signup/", views.SignupView.as_view(), name="account_signup"),
    path("accounts/logout/", allauth_views.logout, name="account_logout"),
    path("accounts/through/<slug:provider_id>/", views.oidc_login, name="openid_connect_login"),
    path("accounts/through/<slug:provider_id>/back/", views.oidc_callback, name="openid_connect_callback"),
    path("accounts/through/<slug:provider_id>/leave/", views.oidc_leave, name="openid_connect_leave"),
    path("accounts/cancelled/", views.oidc_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", members_only(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("accounts/email/", members_only(allauth_views.email), name="account_email"),
    path("accounts/confirm-email/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", views.ConfirmEmailView.as_view(), name="account_confirm_email"
    ),
    path("accounts/password/change/", members_only(allauth_views.password_change), name="account_change_password"),
    path("accounts/password/set/", members_only(allauth_views.password_set), name="account_set_password"),
    path("accounts/password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordResetFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
]
