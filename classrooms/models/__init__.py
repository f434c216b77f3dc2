from classrooms.models.assignments import Assignment, AssignmentQuerySet
from classrooms.models.classes import Classroom, ClassroomQuerySet, Membership, RosterEntry
from classrooms.models.work import Comment, Submission, Work, WorkMark, WorkQuerySet

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Classroom",
    "ClassroomQuerySet",
    "Comment",
    "Membership",
    "RosterEntry",
    "Submission",
    "Work",
    "WorkMark",
    "WorkQuerySet",
]
