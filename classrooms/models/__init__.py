from classrooms.models.assignments import Assignment, AssignmentQuerySet, Revision
from classrooms.models.classes import Classroom, ClassroomQuerySet, Membership, RosterEntry, RosterImport
from classrooms.models.notes import SharedNotes
from classrooms.models.work import Comment, Remark, Return, Submission, Work, WorkMark, WorkQuerySet

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Classroom",
    "ClassroomQuerySet",
    "Comment",
    "Membership",
    "Remark",
    "Return",
    "Revision",
    "RosterEntry",
    "RosterImport",
    "SharedNotes",
    "Submission",
    "Work",
    "WorkMark",
    "WorkQuerySet",
]
