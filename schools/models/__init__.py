from schools.models.courses import Course, Grade, GradeColumn, Person, Resource
from schools.models.platforms import Attempt, Deployment, Platform

__all__ = ["Attempt", "Course", "Deployment", "Grade", "GradeColumn", "Person", "Platform", "Resource"]
