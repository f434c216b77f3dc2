"""What stands below each card as HTML: its grades, and what else can be done with it. It is written here since each
answer asks for it: as parts of a template they took three times as long."""

from __future__ import annotations

from functools import partial
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from studyguide.pages.review import GradeButton, ReviewPage, place
from studyguide.selectors.queue import Asked
from web.templatetags.web import icon


def grades_form(page: ReviewPage, asked: Asked, token: str) -> SafeString:
    """The form that answers the card. `token` is that of CSRF."""
    error = f'<p class="error" id="grade-error" role="alert">{escape(page.error)}</p>' if page.error else ""
    sent = {"card": asked.card.pk, "uid": page.uid, "given": page.given}
    return mark_safe(  # noqa: S308
        f'<form class="grades" {_sends_to(place("card_review"), page)}>{_hidden(token, sent)}'
        f'<input type="hidden" name="ms" value="" data-ms><input type="hidden" name="zone" value="" data-zone>{error}'
        f"<fieldset><legend>How well did you know it?</legend>{''.join(map(_grade, page.grades))}</fieldset></form>"
    )


def review_tools(page: ReviewPage, asked: Asked, token: str) -> SafeString:
    """Undo, bury, suspend, flag, edit, and the way to the topic."""
    card, scope = asked.card, page.queue.scope
    marks_to = reverse("studyguide:card_mark", args=[card.pk])
    flag = UNFLAG if asked.state and asked.state.is_flagged else FLAG
    edit = reverse("studyguide:card_edit", args=[card.pk]) + "?from=review" + scope.query.replace("?", "&")
    topic = _link(card.topic_address, "o", "Open the topic where it says so", "book-open", "Open the topic")
    return mark_safe(  # noqa: S308
        f"{undo_form(page, token)}"
        f"<form {_sends_to(marks_to, page)}>{_hidden(token, {'from': 'review'})}{BURY()}{SUSPEND()}{flag()}</form>"
        f"{_link(edit, 'e', 'Edit this card', 'pencil', 'Edit')}{topic if card.topic else ''}"
    )


def undo_form(page: ReviewPage, token: str) -> SafeString:
    """Takes back the last answer; nothing where there is none."""
    if page.undoes is None:
        return mark_safe("")
    sent = {"undoes": page.undoes, "uid": page.undo_uid}
    return mark_safe(  # noqa: S308
        f"<form {_sends_to(place('card_undo'), page)}>{_hidden(token, sent)}{UNDO()}</form>"
    )


def _sends_to(address: str, page: ReviewPage) -> str:
    """The attributes of a form that works with scripts and without."""
    to = escape(address + page.queue.scope.query)
    return f'method="post" action="{to}" hx-post="{to}" hx-target="#review" hx-swap="outerHTML settle:0ms"'


def _hidden(token: str, sent: dict[str, object]) -> str:
    fields = {"csrfmiddlewaretoken": token, **sent}.items()
    return "".join(f'<input type="hidden" name="{name}" value="{escape(str(value))}">' for name, value in fields)


def _grade(grade: GradeButton) -> str:
    suggested, mark = (" suggested", " data-suggested") if grade.is_suggested else ("", "")
    wait = ""
    if grade.wait:
        wait = f'<span class="grade-wait"><span class="visually-hidden">again in </span>{escape(grade.wait)}</span>'
    return (
        f'<button class="grade {grade.name.lower()}{suggested}" name="grade" value="{grade.grade}"'
        f' data-grade="{grade.grade}"{mark}>'
        f'<span class="grade-name"><kbd aria-hidden="true">{grade.grade}</kbd>{escape(grade.name)}</span>'
        f"{wait}</button>"
    )


def _tool(key: str, title: str, drawn: str, name: str, *, mark: str = "") -> str:
    pressed = f' name="mark" value="{mark}"' if mark else ""
    return f'<button class="tool"{pressed} {_key(key, title)}>{icon(drawn)}{name}</button>'


def _link(address: str, key: str, title: str, drawn: str, name: str) -> str:
    return f'<a class="tool" href="{escape(address)}" {_key(key, title)}>{icon(drawn)}{name}</a>'


def _key(key: str, title: str) -> str:
    return f'data-key="{key}" title="{title} ({key.upper()})"'


# Drawn when asked for: the address of the icons is not known before the site has started.
UNDO = partial(_tool, "u", "Take back your last answer", "undo-2", "Undo")
BURY = partial(_tool, "b", "Put off until tomorrow", "moon", "Bury", mark="bury")
SUSPEND = partial(_tool, "s", "Do not ask this card again", "pause", "Suspend", mark="suspend")
FLAG = partial(_tool, "f", "Flag this card", "flag", "Flag", mark="flag")
UNFLAG = partial(_tool, "f", "Take the flag off", "flag", "Unflag", mark="unflag")
