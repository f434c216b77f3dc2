from studyguide.models.bodies import ArchivePiece, NoteBody, NoteImport, NotePicture
from studyguide.models.cards import (
    Card,
    CardState,
    DeckImport,
    DeckPiece,
    OwnText,
    Proposal,
    ProposalDropped,
    Review,
    StudySettings,
)
from studyguide.models.learning import LearningPath, PathStep, Progress
from studyguide.models.margin import MarginNote
from studyguide.models.search import SearchEntry
from studyguide.models.topics import ContentRevision, Link, Topic

__all__ = [
    "ArchivePiece",
    "Card",
    "CardState",
    "ContentRevision",
    "DeckImport",
    "DeckPiece",
    "LearningPath",
    "Link",
    "MarginNote",
    "NoteBody",
    "NoteImport",
    "NotePicture",
    "OwnText",
    "PathStep",
    "Progress",
    "Proposal",
    "ProposalDropped",
    "Review",
    "SearchEntry",
    "StudySettings",
    "Topic",
]
