"""The look of a card in Anki: a note type for each of our kinds, with templates that run no script.

Anki recognises a note type or a deck by these numbers, so they must never change.
"""

from __future__ import annotations

import hashlib

import genanki

# The last field of every note type: the card as we have it, so that a deck that comes back is read without guessing.
SOURCE = "Loadbearing"
FIELDS: dict[str, tuple[str, ...]] = {
    "question": ("Front", "Back"),
    "cloze": ("Text", "Remark"),
    "choice": ("Front", "Choices", "Answer", "Why"),
    "numeric": ("Front", "Answer", "Tolerance", "Working"),
    "misconception": ("Claim", "Verdict", "Truth", "Source"),
    "picture": ("Front", "Picture", "Hidden", "Remark", "Whole"),
}
FRONTS = {
    "question": '<div class="ask">{{Front}}</div>',
    "cloze": '<div class="ask">{{cloze:Text}}</div>',
    "choice": '<div class="ask">{{Front}}</div><div class="choices">{{Choices}}</div>',
    "numeric": '<div class="ask">{{Front}}</div>',
    "misconception": '<p class="small">True or false, and why?</p><blockquote class="ask">{{Claim}}</blockquote>',
    "picture": '<div class="ask">{{Front}}</div><div class="drawing">{{Picture}}</div>',
}
BACKS = {
    "question": "{{Back}}",
    "cloze": "{{Remark}}",
    "choice": '<p class="right">{{Answer}}</p>{{Why}}',
    "numeric": '<p class="right">{{Answer}}</p>{{#Tolerance}}<p class="small">Right within {{Tolerance}}</p>'
    "{{/Tolerance}}{{Working}}",
    "misconception": '<p class="right">{{Verdict}}</p>{{Truth}}{{#Source}}<p class="small">{{Source}}</p>{{/Source}}',
    "picture": '<p class="right">{{Hidden}}</p>{{Remark}}<div class="drawing">{{Whole}}</div>',
}
NAMES = {
    "question": "Question", "cloze": "Fill the gaps", "choice": "Choose", "numeric": "Number",
    "misconception": "True or false", "picture": "Picture",
}  # fmt: skip
CSS = """
.card { font: 20px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; text-align: left; color: #1b232e;
  background: #faf9f5; max-width: 44rem; margin: 0 auto; padding: 1.25rem; }
.topic { font-size: 13px; font-weight: 600; color: #a84a06; margin: 0 0 .75rem; }
.ask { font-size: 1.15em; line-height: 1.42; }
.ask > :first-child { margin-top: 0; }
blockquote { margin: .5rem 0 0; padding: 0 0 0 1rem; border-left: 4px solid #a84a06; }
hr { border: 0; border-top: 1px solid #e0dcd0; margin: 1.25rem 0; }
.right { font-size: 1.2em; font-weight: 650; margin: 0 0 .5rem; }
.small { font-size: .8em; color: #545e6d; margin: .5rem 0 0; }
.cloze { color: #a84a06; font-weight: 650; border-bottom: 2px solid #a84a06; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .88em; background: #f1efe8;
  border-radius: 4px; }
code { padding: .1em .3em; }
pre { padding: .75rem 1rem; overflow-x: auto; }
pre code { padding: 0; background: none; }
table { border-collapse: collapse; }
th, td { padding: .3rem .6rem; border: 1px solid #e0dcd0; text-align: left; }
.drawing img, img.diagram { max-width: 100%; height: auto; border-radius: 8px; margin: .75rem 0; }
a { color: #0b57a4; }
.nightMode.card, .nightMode .card { color: #e6eaf0; background: #10151c; }
.nightMode .topic, .nightMode .cloze { color: #f6a55c; }
.nightMode blockquote, .nightMode .cloze { border-color: #f6a55c; }
.nightMode hr, .nightMode th, .nightMode td { border-color: #2b3543; }
.nightMode .small { color: #a2adbc; }
.nightMode code, .nightMode pre { background: #181f29; }
.nightMode a { color: #7fb8ff; }
"""
TOPIC = '{{#Topic}}<p class="topic">{{Topic}}</p>{{/Topic}}'


def stable_id(*names: str) -> int:
    """The same number for the same names, of the size that Anki gives its own."""
    digest = hashlib.sha256("/".join(("loadbearing", *names)).encode()).digest()
    return (1 << 40) + int.from_bytes(digest[:5], "big")


def fields_of(kind: str) -> tuple[str, ...]:
    return (*FIELDS[kind], "Topic", SOURCE)


def note_type(kind: str) -> genanki.Model:
    front = TOPIC + FRONTS[kind]
    shown = front if kind == "cloze" else "{{FrontSide}}"
    rule = '<hr id="answer">'
    return genanki.Model(
        stable_id("note type", kind),
        f"Loadbearing: {NAMES[kind]}",
        fields=[{"name": name} for name in fields_of(kind)],
        templates=[{"name": "Card", "qfmt": front, "afmt": f"{shown}{rule}{BACKS[kind]}"}],
        css=CSS,
        model_type=genanki.Model.CLOZE if kind == "cloze" else genanki.Model.FRONT_BACK,
    )
