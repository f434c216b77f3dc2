"""The page of an assignment's marks on the platforms that know it."""

from __future__ import annotations

from dataclasses import dataclass

from classrooms.models import Assignment
from schools.lti.launches import TOTAL
from schools.models import Course, Grade, GradeColumn, Resource
from schools.selectors.grades import grades_of, resources_of


@dataclass(frozen=True, kw_only=True)
class Row:
    """One student; `cells` has one entry a column, None where nothing was given."""

    name: str
    cells: tuple[Grade | None, ...]


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a column, without the assignment's title that the platform shows with it."""

    short: str
    maximum: float


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link of a platform's course that leads to the assignment."""

    resource: Resource
    course: Course
    columns: tuple[Head, ...]
    rows: tuple[Row, ...]

    @property
    def platform(self) -> str:
        return self.course.deployment.platform.name

    @property
    def troubles(self) -> list[str]:
        """What the platform answered, without repetitions."""
        return sorted({each.why for row in self.rows for each in row.cells if each and each.why})


@dataclass(frozen=True, kw_only=True)
class GradesPage:
    links: tuple[Link, ...]

    @property
    def is_moving(self) -> bool:
        return any(
            each and each.state == Grade.State.WAITING for link in self.links for row in link.rows for each in row.cells
        )


def grades_page(assignment: Assignment) -> GradesPage:
    found = grades_of(assignment)
    return GradesPage(links=tuple(_link(each, found) for each in resources_of(assignment)))


def _link(resource: Resource, grades: list[Grade]) -> Link:
    mine = [each for each in grades if each.column.resource_id == resource.pk]
    columns = tuple(resource.columns.all())
    names = {
        member.user_id: member.shown_name for member in resource.course.classroom.memberships.select_related("user")
    }
    people = {each.person_id: names.get(each.person.user_id, each.person.user.get_username()) for each in mine}
    known = {(each.person_id, each.column_id): each for each in mine}
    rows = tuple(
        Row(name=name, cells=tuple(known.get((person, column.pk)) for column in columns))
        for person, name in sorted(people.items(), key=lambda each: (each[1].casefold(), each[0]))
    )
    heads = tuple(_head(each) for each in columns)
    return Link(resource=resource, course=resource.course, columns=heads, rows=rows)


def _head(column: GradeColumn) -> Head:
    start = f"{column.resource.assignment}: "
    short = "Total" if column.key == TOTAL else column.label.removeprefix(start)
    return Head(short=short, maximum=column.maximum)
