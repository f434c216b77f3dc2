"""Fills what the first version did not keep: the documents that were handed in, and the marks as they were given.

The evidence beside marks that were given earlier was never kept and is not made up: their sheets hold none.
"""

from __future__ import annotations

import json

from django.db import migrations

from designs.document.patches import apply

NAMES = {
    "components": ("Component", "label"),
    "connections": ("Connection", "label"),
    "entities": ("Entity", "name"),
    "operations": ("Operation", "name"),
    "functional_requirements": ("Requirement", "text"),
    "measurable_requirements": ("Target", "text"),
    "rows": ("Row of the estimate", "label"),
    "decisions": ("Decision", "question"),
    "bottlenecks": ("Bottleneck", "finding"),
}


def keep(apps, _schema_editor) -> None:
    _keep_revisions(apps)
    for work in apps.get_model("classrooms", "Work").objects.select_related("assignment", "student").iterator():
        _keep_submissions(apps, work)
        _keep_comments(apps, work)
        _keep_marks(apps, work)


def _keep_revisions(apps) -> None:
    revisions = apps.get_model("classrooms", "Revision")
    for each in apps.get_model("classrooms", "Assignment").objects.exclude(content="").iterator():
        revisions.objects.get_or_create(
            assignment=each, number=each.revision, defaults={"content": each.content, "at": each.created_at}
        )


def _keep_submissions(apps, work) -> None:
    for each in apps.get_model("classrooms", "Submission").objects.filter(work=work):
        document = _document_at(apps, work.design_id, each.version)
        each.of_design = work.design_id
        each.content = json.dumps(document, ensure_ascii=False, separators=(",", ":")) if document else ""
        each.figures, each.revision = work.own_figures, work.revision
        each.save()


def _document_at(apps, design_id, version: int):
    """From the log; None where the design is gone, or never had this version."""
    design = apps.get_model("designs", "Design").objects.filter(pk=design_id).first()
    if design is None or version > design.version:
        return None
    snapshots = apps.get_model("designs", "Snapshot").objects.filter(design_id=design_id, version__lte=version)
    snapshot = snapshots.order_by("-version").first()
    if snapshot is None:
        return json.loads(design.document) if version == design.version else None
    document = json.loads(snapshot.document)
    changes = apps.get_model("designs", "Change").objects.filter(
        design_id=design_id, version__gt=snapshot.version, version__lte=version
    )
    for patch in changes.order_by("version").values_list("patch", flat=True):
        document = apply(document, json.loads(patch))
    return document


def _keep_comments(apps, work) -> None:
    """In the first version a student saw all comments from the first return on."""
    design = apps.get_model("designs", "Design").objects.filter(pk=work.design_id).first()
    document = json.loads(design.document) if design else {}
    for each in apps.get_model("classrooms", "Comment").objects.filter(work=work):
        each.about = _name_of(document, each.element)
        each.shown_at = max(each.at, work.returned_at) if work.returned_at else None
        each.save(update_fields=["about", "shown_at"])


def _name_of(document, pointer: str) -> str:
    parts = pointer.split("/")[1:]
    found = document
    for part in parts:
        found = found.get(part, {}) if isinstance(found, dict) else {}
    kind, field = NAMES.get(parts[-2] if len(parts) > 1 else "", ("", ""))
    name = str(found.get(field, ""))[:80] if isinstance(found, dict) else ""
    return f"{kind}: {name}" if name else ""


def _keep_marks(apps, work) -> None:
    submissions = list(apps.get_model("classrooms", "Submission").objects.filter(work=work).order_by("at", "pk"))
    before = [each for each in submissions if work.returned_at and each.at <= work.returned_at]
    marked = (before or submissions or [None])[-1]
    marks = apps.get_model("classrooms", "WorkMark").objects.filter(work=work)
    marks.update(submission=marked, revision=work.assignment.revision)
    if work.returned_at is None:
        return
    lines, points = _sheet(work, {each.dimension: each for each in marks})
    apps.get_model("classrooms", "Return").objects.create(
        work=work,
        submission=marked,
        at=work.returned_at,
        feedback=work.feedback,
        points=points,
        sheet=json.dumps(lines, ensure_ascii=False),
    )


def _sheet(work, marks):
    rubric = json.loads(work.assignment.content or "{}").get("rubric", {})
    lines, reached, weights = [], 0.0, 0
    for key, dimension in rubric.items():
        mark = marks.get(key)
        levels, weight = dimension["levels"], dimension["weight"]
        lines.append(
            {
                "key": key,
                "title": dimension["title"],
                "weight": weight,
                "levels": levels,
                "level": mark.level if mark else None,
                "note": mark.note if mark else "",
                "evidence": [],
            }
        )
        weights += weight
        reached += weight * mark.level / (len(levels) - 1) if mark else 0
    is_whole = bool(lines) and all(line["level"] is not None for line in lines)
    return lines, min(100, round(100 * reached / weights)) if is_whole else None


def forget(apps, _schema_editor) -> None:
    """What the first version could not hold twice is left with the newest."""
    submissions = apps.get_model("classrooms", "Submission").objects
    marks = apps.get_model("classrooms", "WorkMark").objects
    seen = set()
    for pk, *key in submissions.order_by("-at", "-pk").values_list("pk", "work_id", "version"):
        if tuple(key) in seen:
            submissions.filter(pk=pk).delete()
        seen.add(tuple(key))
    seen = set()
    for pk, *key in marks.order_by("-submission__at", "-pk").values_list("pk", "work_id", "dimension"):
        if tuple(key) in seen:
            marks.filter(pk=pk).delete()
        seen.add(tuple(key))
    seen = set()
    entries = apps.get_model("classrooms", "RosterEntry").objects
    for pk, *key in entries.order_by("pk").values_list("pk", "classroom_id", "name", "number"):
        if tuple(key) in seen:
            entries.filter(pk=pk).delete()
        seen.add(tuple(key))
    apps.get_model("classrooms", "Return").objects.all().delete()
    apps.get_model("classrooms", "Revision").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("classrooms", "0002_marks_of_submissions")]

    operations = [migrations.RunPython(keep, forget)]
