from __future__ import annotations

from django.urls import path

from studyguide.views import paths, progress, search, topics

app_name = "studyguide"
urlpatterns = [
    path("topics/", topics.topic_list, name="topic_list"),
    path("topics/map/", topics.topic_map, name="topic_map"),
    path("topics/<str:slug>/", topics.topic_detail, name="topic_detail"),
    path("topics/<str:slug>/preview/", topics.topic_preview, name="topic_preview"),
    path("topics/<str:slug>/read/", progress.topic_read, name="topic_read"),
    path("learn/", paths.path_list, name="path_list"),
    path("learn/<slug:slug>/", paths.path_detail, name="path_detail"),
    path("search/", search.search_page, name="search"),
]
