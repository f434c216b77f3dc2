"""The border of the cards: strings outside, typed values inside."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast
from zoneinfo import available_timezones

from django import forms

from studyguide.memory.log import MAX_GIVEN, Grade
from studyguide.models import StudySettings
from studyguide.models.margin import MAX_QUOTE, MAX_WORDS
from studyguide.notes.cards import MAX_CHOICES, MAX_FIELD, CardFieldError
from studyguide.notes.highlights import CONTEXT, PageText, Quote
from studyguide.services.cards import CardText
from studyguide.services.study_settings import Choices

MAX_ZONE = 64
MOST_DAYS_AHEAD = 366
BIGGEST_ID = 2**63 - 1  # of either database
MOST_DAYS_AHEAD = 730


class KnownOrNothing(forms.IntegerField):
    """An optional number; an unreadable value counts as none."""

    def clean(self, value: Any) -> int | None:
        try:
            return cast("int | None", super().clean(value))
        except forms.ValidationError:
            return None


class AnswerForm(forms.Form):
    """An answer to a card: `given` is what was typed or clicked, `ms` how long it took, `zone` that of the browser."""

    card = forms.IntegerField(min_value=1, max_value=BIGGEST_ID)
    grade = forms.TypedChoiceField(
        choices=[(int(each), each.name) for each in Grade], coerce=lambda sent: Grade(int(sent))
    )
    uid = forms.UUIDField()
    given = forms.CharField(required=False, max_length=MAX_GIVEN)
    ms = KnownOrNothing(required=False, min_value=0, max_value=BIGGEST_ID)
    zone = forms.CharField(required=False)

    SAID: ClassVar = {
        "card": "This answer does not say which card it is of: open the review again.",
        "grade": "Choose how well you knew it: 1 to 4.",
        "uid": "This answer has no id of its own: open the card again.",
        "given": f"An answer can be at most {MAX_GIVEN} characters long, none of them null.",
    }

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if len(zone) <= MAX_ZONE else ""

    @property
    def refusal(self) -> str:
        """The first error, in words for the learner."""
        return next((said for name, said in self.SAID.items() if name in self.errors), "This answer cannot be read.")


class LateAnswerForm(AnswerForm):
    """An answer given without a network; `at` is when by the device's clock, in milliseconds since 1970."""

    at = forms.IntegerField(min_value=0, max_value=253_402_300_000_000)  # to the end of the year 9999

    SAID: ClassVar = {**AnswerForm.SAID, "at": "This answer does not say when it was given."}

    def clean_at(self) -> datetime:
        return datetime.fromtimestamp(self.cleaned_data["at"] / 1000, tz=UTC)


class UndoForm(forms.Form):
    undoes = forms.UUIDField()
    uid = forms.UUIDField()


class CardForm(forms.Form):
    """The fields of one kind of card; `text` is what they make, once the form is valid."""

    tags = forms.CharField(required=False, max_length=400, help_text="Words separated by commas.")

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields |= {name: make() for name, make in KIND_FIELDS[kind].items()}
        self.order_fields([*KIND_FIELDS[kind], "tags"])
        empty = [name for name in KIND_FIELDS[kind] if not self.initial.get(name)]
        if empty and not self.is_bound:  # one comes here to type
            self.fields[empty[0]].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if not self.errors:
            try:
                self.text = CardText.of(self.kind, to_content(self.kind, clean))
            except CardFieldError as error:
                self.add_error(error.field if error.field in self.fields else None, error.message)
        return clean


def to_content(kind: str, clean: dict[str, Any]) -> dict[str, Any]:
    """The content of a card as its file would have it."""
    content = {name: clean[name] for name in KIND_FIELDS[kind]}
    if kind == "choice":
        content["choices"] = [line.strip() for line in clean["choices"].splitlines() if line.strip()]
        content["answer"] = clean["answer"] - 1
    if kind == "misconception":
        content["verdict"] = clean["verdict"] == "true"
    return content


def from_content(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The other way round, to fill the form."""
    initial = {name: content.get(name, "") for name in KIND_FIELDS[kind]}
    if kind == "choice":
        initial["choices"] = "\n".join(str(choice) for choice in content["choices"])
        initial["answer"] = content["answer"] + 1
    if kind == "misconception":
        initial["verdict"] = "true" if content["verdict"] else "false"
    return initial


def _text(label: str, *, rows: int = 3, help_text: str = "", required: bool = True) -> Any:
    return lambda: forms.CharField(
        label=label,
        max_length=MAX_FIELD,
        required=required,
        strip=True,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": MAX_FIELD}),
    )


def _line(label: str, *, help_text: str = "", required: bool = True) -> Any:
    return lambda: forms.CharField(label=label, max_length=300, required=required, help_text=help_text)


MARKDOWN = "Markdown works: **bold**, `code`, lists."
KIND_FIELDS: dict[str, dict[str, Any]] = {
    "question": {"front": _text("Question", help_text=MARKDOWN), "back": _text("Answer", rows=4)},
    "cloze": {
        "text": _text("Sentence", rows=4, help_text="Put {{double braces}} around what is to be remembered."),
        "back": _text("Remark, shown with the answer (may be left empty)", rows=2, required=False),
    },
    "choice": {
        "front": _text("Question", help_text=MARKDOWN),
        "choices": _text("Choices", rows=4, help_text=f"One a line, 2 to {MAX_CHOICES}."),
        "answer": lambda: forms.IntegerField(
            label="Number of the right choice", min_value=1, max_value=MAX_CHOICES, help_text="1 is the first."
        ),
        "back": _text("Why", rows=3),
    },
    "numeric": {
        "front": _text("Question", help_text=MARKDOWN),
        "answer": _line("Answer", help_text="A number with its unit: 86,400 s, 5 GB, 99.9 %."),
        "tolerance": _line("Tolerance", help_text="How far off is still right: 5 %, or x2 for twice or half as much."),
        "back": _text("Working (may be left empty)", rows=3, required=False),
    },
    "misconception": {
        "claim": _text("Claim", help_text="What people say."),
        "verdict": lambda: forms.ChoiceField(
            label="Is it true?", choices=[("false", "No, it is false"), ("true", "Yes, it is true")]
        ),
        "truth": _text("Why", rows=3),
        "source": _line("Source (may be left empty)", required=False),
    },
    "picture": {
        "front": _text("Question", help_text=MARKDOWN),
        "diagram": _text("Diagram", rows=6, help_text="Mermaid: a flowchart or a sequence diagram."),
        "hidden": _line("Part to hide", help_text="The name of a box, an arrow or a message in it."),
    },
}  # fmt: skip


class DeckFileForm(forms.Form):
    file = forms.FileField(
        label="A file of cards",
        max_length=500,
        allow_empty_file=True,
        help_text="An Anki package (.apkg, .colpkg), text or CSV, or cards exported from here (.json); up to 20 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".apkg,.colpkg,.txt,.csv,.tsv,.json"}),
        error_messages={"required": "Choose a file."},
    )


class TagsForm(forms.Form):
    tags = forms.CharField(required=False, max_length=400, help_text="Words separated by commas.")

    def clean_tags(self) -> list[str]:
        return str(self.cleaned_data["tags"]).split(",")


class DayForm(forms.Form):
    """Knows which day it is for the learner."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def within_reach(self, day: date) -> date:
        """ValidationError for a day further ahead than anybody plans."""
        if (day - self.today).days > MOST_DAYS_AHEAD:
            raise forms.ValidationError("Choose a day within two years.")
        return day


def free_days_field(help_text: str = "") -> forms.TypedMultipleChoiceField:
    """Days of the week without cards, 0 is Monday; of seven at most six."""
    return forms.TypedMultipleChoiceField(
        label="Days without cards",
        required=False,
        coerce=int,
        choices=list(enumerate(calendar.day_name)),
        widget=forms.CheckboxSelectMultiple,
        validators=[_leave_a_day],
        help_text=help_text,
    )


def _leave_a_day(free: list[int]) -> None:
    if len(set(free)) == 7:
        raise forms.ValidationError("Leave at least one day of the week for cards.")


class PlanForm(DayForm):
    """The "what if" form: a day, a pace, and days of the week without cards."""

    until = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Your interview, say.",
    )
    new_a_day = forms.IntegerField(label="New cards a day", min_value=0, max_value=200)
    free_days = free_days_field()

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not 1 <= (until - self.today).days <= MOST_DAYS_AHEAD:
            raise forms.ValidationError(f"Choose a day from tomorrow on, at most {MOST_DAYS_AHEAD} days ahead.")
        return until


class StudySettingsForm(DayForm):
    new_a_day = forms.IntegerField(
        label="New cards a day",
        min_value=0,
        max_value=200,
        help_text="A card that you know is asked about five times in its first year.",
    )
    retention = forms.FloatField(
        label="Share of cards to remember, in per cent",
        min_value=70,
        max_value=97,
        help_text="90 suits most; more means many more reviews.",
    )
    interview_on = forms.DateField(
        label="Interview (may be left empty)",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Every card that you have begun comes once more in the week before.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=lambda: [(zone, zone) for zone in sorted(available_timezones())]
    )
    day_starts_at = forms.TypedChoiceField(
        label="A day begins at",
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text="What you review later at night still counts for the day before.",
    )
    free_days = free_days_field(
        "What would come due on them comes before or after; new cards wait. You can change it back."
    )
    waits_for_prerequisites = forms.BooleanField(
        label="New cards wait for what comes before",
        required=False,
        help_text="Those of a topic wait until you have read its prerequisites, or seen their cards.",
    )

    @classmethod
    def filled(cls, settings: StudySettings, *, today: date) -> StudySettingsForm:
        return cls(
            today=today,
            initial={
                "new_a_day": settings.new_a_day,
                "retention": round(settings.retention * 100, 1),
                "interview_on": settings.interview_on,
                "time_zone": settings.time_zone or "UTC",
                "day_starts_at": settings.day_starts_at,
                "free_days": settings.free_days,
                "waits_for_prerequisites": settings.waits_for_prerequisites,
            },
        )

    def clean_interview_on(self) -> date | None:
        day: date | None = self.cleaned_data["interview_on"]
        return self.within_reach(day) if day else day

    def to_choices(self) -> Choices:
        clean = self.cleaned_data
        return Choices(
            new_a_day=clean["new_a_day"],
            retention=clean["retention"] / 100,
            interview_on=clean["interview_on"],
            day_starts_at=clean["day_starts_at"],
            time_zone=clean["time_zone"],
            free_days=sorted(set(clean["free_days"])),
            waits_for_prerequisites=clean["waits_for_prerequisites"],
        )


class InterviewDayForm(DayForm):
    interview_on = forms.DateField(
        label="Day of the interview",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day as 2026-03-31.", "required": "Choose the day of the interview."},
    )

    def clean_interview_on(self) -> date:
        day: date = self.cleaned_data["interview_on"]
        if day < self.today:
            raise forms.ValidationError("That day has passed. Choose today or a later day.")
        return self.within_reach(day)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """All files that were chosen, as a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(each, initial) for each in given]


class OwnNotesForm(forms.Form):
    title = forms.CharField(max_length=100, help_text="What you call these notes.")
    files = ManyFilesField(  # type: ignore[assignment]  # `form.files` of Django is the same name
        label="ZIP or Markdown files", help_text="A ZIP of the folder, or its files; at most 20 MB."
    )
    paths = forms.CharField(required=False, widget=forms.HiddenInput)


class MarginNoteForm(forms.Form):
    """Words of a page, words of the reader's own, or both. What stands around the quote is read from the page."""

    quote = forms.CharField(
        label="Words of the page (may be left empty)",
        required=False,
        max_length=MAX_QUOTE,
        help_text="Copied from the text: they are marked there. Without any, the note is on the page as a whole.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_QUOTE}),
    )
    words = forms.CharField(
        label="Your note (may be left empty)",
        required=False,
        max_length=MAX_WORDS,
        help_text="Markdown comes out as you wrote it when you export your notes.",
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MAX_WORDS}),
    )
    before = forms.CharField(required=False, max_length=MAX_QUOTE, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=MAX_QUOTE, widget=forms.HiddenInput)
    anchor = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, html: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = PageText(html)

    def clean(self) -> dict[str, str]:
        clean: dict[str, str] = super().clean() or {}
        if self.errors:
            return clean
        if not clean["quote"]:
            if not clean["words"]:
                self.add_error("words", "Write a note, or copy the words of the page that you want to mark.")
            return {**clean, "before": "", "after": "", "anchor": ""}
        asked = Quote(key="", words=clean["quote"], before=clean["before"], after=clean["after"])
        state, first, last = self.page.place(asked)
        if state != "there":
            self.add_error("quote", "The page does not have these words. Copy them from it, or leave this empty.")
            return clean
        return {
            **clean,
            "before": self.page.text[max(0, first - CONTEXT) : first],
            "after": self.page.text[last : last + CONTEXT],
        }


class MarginWordsForm(forms.Form):
    """The reader's own words in a note. `is_needed` where there is no quote that could stand alone."""

    words = forms.CharField(
        label="Your note",
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MAX_WORDS}),
        error_messages={"required": "Write something, or remove the note."},
    )

    def __init__(self, *args: Any, is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = is_needed
