from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_safe

from studyguide.views import (
    cards,
    decks,
    margin,
    offline,
    own_notes,
    paths,
    plan,
    progress,
    proposals,
    review,
    search,
    topics,
)
from studyguide.views.feeds import ChangesFeed


class TopicSlug(StringConverter):
    """Letters of any script, digits and hyphens, as slugs are made; a NUL would be an error of PostgreSQL's."""

    regex = r"[^/\s\x00-\x1f]+"


class LogFile(StringConverter):
    regex = r"cards\.json|schedule\.csv|log\.csv"


register_converter(TopicSlug, "topic")
register_converter(LogFile, "log")

app_name = "studyguide"
urlpatterns = [
    path("topics/", topics.topic_list, name="topic_list"),
    path("topics/map/", topics.topic_map, name="topic_map"),
    path("topics/own/", own_notes.own_notes, name="own_notes"),
    path("topics/own/<int:pk>/", own_notes.own_notes_detail, name="own_notes_detail"),
    path("topics/own/<int:pk>/remove/", own_notes.own_notes_remove, name="own_notes_remove"),
    path("topics/images/<slug:digest>.<slug:kind>", topics.topic_image, name="topic_image"),
    path("topics/<topic:slug>/", topics.topic_detail, name="topic_detail"),
    path("topics/<topic:slug>/picture.png", topics.topic_picture, name="topic_picture"),
    path("topics/<topic:slug>/preview/", topics.topic_preview, name="topic_preview"),
    path("topics/<topic:slug>/drawings/<int:number>/", topics.topic_drawing, name="topic_drawing"),
    path("topics/<topic:slug>/read/", progress.topic_read, name="topic_read"),
    path("topics/<topic:slug>/proposals/", proposals.topic_proposals, name="topic_proposals"),
    path("topics/<topic:slug>/notes/", margin.margin_new, name="margin_new"),
    path("notes/", margin.margin_list, name="margin_list"),
    path("notes/notes.md", margin.margin_file, name="margin_file"),
    path("notes/<int:pk>/", margin.margin_edit, name="margin_edit"),
    path("notes/<int:pk>/remove/", margin.margin_remove, name="margin_remove"),
    path("glossary/", topics.glossary, name="glossary"),
    path("changes/", topics.changes, name="changes"),
    path("changes/feed/", require_safe(ChangesFeed()), name="changes_feed"),
    path("learn/", paths.path_list, name="path_list"),
    path("learn/<slug:slug>/", paths.path_detail, name="path_detail"),
    path("learn/<slug:slug>/picture.png", paths.path_picture, name="path_picture"),
    path("plan/", plan.plan, name="plan"),
    path("cards/", cards.card_list, name="card_list"),
    path("cards/all/", cards.card_browse, name="card_browse"),
    path("cards/new/", cards.card_create, name="card_create"),
    path("cards/settings/", cards.card_settings, name="card_settings"),
    path("cards/plan/", cards.card_plan, name="card_plan"),
    path("cards/stats/", cards.card_stats, name="card_stats"),
    path("cards/export/", decks.card_export, name="card_export"),
    path("cards/export/deck.apkg", decks.deck_file, name="deck_file"),
    path("cards/export/<log:name>", decks.log_file, name="log_file"),
    path("cards/import/", decks.card_import, name="card_import"),
    path("cards/<int:pk>/", cards.card_detail, name="card_detail"),
    path("cards/<int:pk>/edit/", cards.card_edit, name="card_edit"),
    path("cards/<int:pk>/remove/", cards.card_remove, name="card_remove"),
    path("cards/<int:pk>/reset/", cards.card_reset, name="card_reset"),
    path("cards/offline/", offline.card_offline, name="card_offline"),
    path("cards/answers/", offline.sent_answers, name="sent_answers"),
    path("cards/review/", review.card_review, name="card_review"),
    path("cards/undo/", review.card_undo, name="card_undo"),
    path("cards/<int:pk>/mark/", review.card_mark, name="card_mark"),
    path("search/", search.search_page, name="search"),
]
