from studyguide.models.learning import LearningPath, PathStep, Progress
from studyguide.models.search import SearchEntry
from studyguide.models.topics import ContentRevision, Link, Topic

__all__ = ["ContentRevision", "LearningPath", "Link", "PathStep", "Progress", "SearchEntry", "Topic"]
