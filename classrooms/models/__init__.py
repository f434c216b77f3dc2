from classrooms.models.assignments import Assignment, AssignmentQuerySet, Revision
from classrooms.models.classes import (
    TEACHING,
    Classroom,
    ClassroomQuerySet,
    Membership,
    RosterEntry,
    RosterImport,
    SavedComment,
)
from classrooms.models.notes import SharedNotes
from classrooms.models.notices import Notice, NoticeKind, NoticeSwitch
from classrooms.models.peers import PeerReview
from classrooms.models.work import (
    Comment,
    Group,
    Opinion,
    RegradeRequest,
    Remark,
    Return,
    Submission,
    Work,
    WorkMark,
    WorkQuerySet,
    code_name,
)

__all__ = [
    "TEACHING",
    "Assignment",
    "AssignmentQuerySet",
    "Classroom",
    "ClassroomQuerySet",
    "Comment",
    "Group",
    "Membership",
    "Notice",
    "NoticeKind",
    "NoticeSwitch",
    "Opinion",
    "PeerReview",
    "RegradeRequest",
    "Remark",
    "Return",
    "Revision",
    "RosterEntry",
    "RosterImport",
    "SavedComment",
    "SharedNotes",
    "Submission",
    "Work",
    "WorkMark",
    "WorkQuerySet",
    "code_name",
]
