"""What people see in drawings of other tools: names, icons, groups, pages, directions."""

from __future__ import annotations

import html
import json

import pytest

from designs.exchange.problems import ImportFailedError
from designs.exchange.registry import read


def page(*cells: str) -> str:
    return f'<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>{"".join(cells)}</root></mxGraphModel>'


def box(
    key: str, label: str = "", x: int = 0, y: int = 0, *, style: str = "html=1;", parent: str = "1", size=(80, 40)
) -> str:
    width, height = size
    return (
        f'<mxCell id="{key}" value="{html.escape(label)}" style="{style}" vertex="1" parent="{parent}">'
        f'<mxGeometry x="{x}" y="{y}" width="{width}" height="{height}" as="geometry"/></mxCell>'
    )


def line(key: str, source: str, target: str, style: str = "") -> str:
    ends = f'source="{source}" target="{target}"'
    geometry = '<mxGeometry relative="1" as="geometry"/>'
    return f'<mxCell id="{key}" style="{style}" edge="1" parent="1" {ends}>{geometry}</mxCell>'


def seen(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    diagram = read(text).document["diagram"]
    called = {key: each.get("label", "") for key, each in diagram["components"].items()}
    kinds = {called[key]: each["kind"] for key, each in diagram["components"].items()}
    return kinds, [(called[each["source"]], called[each["target"]]) for each in diagram.get("connections", {}).values()]


def test_lines_of_a_label_stay_words():
    kinds, _ = seen(page(box("a", "Web<div>nginx</div>"), box("b", "One<br>two<p>three</p>", 200)))
    assert list(kinds) == ["Web nginx", "One two three"]


def test_the_name_under_an_icon_is_the_icons():
    drawing = page(
        box("i", "", style="shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.sqs;", size=(48, 48)),
        box("t", "Orders to pack", -10, 52, style="text;html=1;", size=(70, 20)),
        box("b", "API", 200),
        line("e", "b", "i"),
    )
    assert seen(drawing) == ({"Orders to pack": "queue", "API": "service"}, [("API", "Orders to pack")])


def test_two_heads_are_two_arrows_and_none_is_told():
    drawing = page(
        box("a", "A"),
        box("b", "B", 200),
        line("e", "a", "b", "startArrow=block;endArrow=block;"),
        line("f", "a", "b", "endArrow=none;"),
    )
    assert seen(drawing)[1] == [("A", "B"), ("B", "A"), ("A", "B")]
    assert [each.split(":")[0] for each in read(drawing).warnings] == [
        "1 of 2 arrows was read as a call each way",
        "1 of 2 arrows was read as a call from where it begins",
    ]


def test_rows_of_a_table_belong_to_it_and_so_do_their_arrows():
    row = "text;portConstraint=eastwest;"
    drawing = page(
        box("t", "Orders", style="swimlane;childLayout=stackLayout;", size=(100, 90)),
        box("r", "id: bigint", 0, 30, style=row, parent="t"),
        box("a", "API", 300),
        line("e", "a", "r"),
    )
    assert seen(drawing) == ({"Orders": "service", "API": "service"}, [("API", "Orders")])
    notes = [each.get("note") for each in read(drawing).document["diagram"]["components"].values()]
    assert "id: bigint" in notes


def test_an_arrow_at_a_zone_is_counted_with_its_name():
    drawing = page(
        box("z", "Batch", style="swimlane;", size=(300, 200)),
        box("a", "A", 20, 40, parent="z"),
        box("b", "B", 150, 40, parent="z"),
        box("c", "C", 500),
        line("x", "a", "b"),
        line("e", "c", "z"),
        line("f", "c", "z"),
    )
    assert read(drawing).warnings == ("2 of 3 arrows were left out: their end is a zone (Batch).",)


def test_the_first_page_with_a_box_is_read_and_the_others_are_told():
    pages = f'<diagram name="Empty">{page()}</diagram><diagram name="Live">{page(box("a", "A"))}</diagram>'
    imported = read(f'<mxfile>{pages}<diagram name="Later">{page(box("b", "B"))}</diagram></mxfile>')
    assert imported.document["meta"]["title"] == "Live"
    assert imported.warnings == (
        "1 page was left out: a design has one drawing; import a file with that page alone (Later).",
    )


def test_an_svg_of_draw_io_holds_its_drawing():
    content = html.escape(f"<mxfile><diagram name='x'>{page(box('a', 'A'))}</diagram></mxfile>")
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert list(seen(f'{doctype}<svg xmlns="http://www.w3.org/2000/svg" content="{content}"/>')[0]) == ["A"]
    with pytest.raises(ImportFailedError, match="an SVG picture"):
        read('<svg xmlns="http://www.w3.org/2000/svg"/>')


def scene(*elements: dict) -> str:
    return json.dumps({"type": "excalidraw", "version": 2, "elements": list(elements)})


def shape(key: str, x: int, y: int = 0, kind: str = "rectangle", **more) -> dict:
    return {"id": key, "type": kind, "x": x, "y": y, "width": 100, "height": 60, **more}


def text(key: str, words: str, x: int, y: int = 20, **more) -> dict:
    return {"id": key, "type": "text", "x": x, "y": y, "width": 60, "height": 20, "text": words, **more}


def arrow(start: str, end: str, **more) -> dict:
    bound = {"startBinding": {"elementId": start}, "endBinding": {"elementId": end}}
    return {"id": f"{start}{end}", "type": "arrow", "x": 0, "y": 0, "points": [[0, 0], [9, 9]], **bound, **more}


def test_a_database_drawn_of_ellipses_is_one_box():
    discs = [shape(f"d{n}", 300, n * 20, "ellipse", groupIds=["g"]) for n in range(3)]
    drawing = scene(
        shape("a", 0), text("t", "API", 20), *discs, text("u", "Orders", 320, 80, groupIds=["g"]), arrow("a", "d1")
    )
    assert seen(drawing) == ({"API": "service", "Orders": "sql"}, [("API", "Orders")])


def test_a_text_with_an_arrow_is_a_box():
    drawing = scene(
        shape("a", 0), text("t", "API", 20), text("u", "Phone", 400, 300), arrow("u", "a", endArrowhead="arrow")
    )
    assert seen(drawing) == ({"API": "service", "Phone": "client"}, [("Phone", "API")])


def test_long_styles_take_linear_time():
    """An image that is written into the style made one pattern quadratic: six seconds for 50 kB."""
    style = "shape=image;image=data:image/png," + "A/." * 200_000
    assert list(seen(page(box("a", "A", style=style)))[0]) == ["A"]


def test_paragraphs_quotes_and_code_of_a_label_stay_words():
    kinds, _ = seen(page(box("a", "Web<blockquote>shop</blockquote><pre>v2</pre>")))
    assert list(kinds) == ["Web shop v2"]


def test_placeholders_are_filled_from_the_cell_the_cell_around_it_and_the_file():
    around = '<object id="z" label="%at%" at="Oslo" tier="a" placeholders="1">'
    inner = '<object id="a" label="%name% %tier% %at% %stage% %unknown%" name="API" tier="b" placeholders="1">'
    cell = (
        '<mxCell style="{}" vertex="1" parent="{}"><mxGeometry width="{}" height="40" as="geometry"/></mxCell></object>'
    )
    drawn = page(around + cell.format("swimlane;", "1", 300), inner + cell.format("html=1;", "z", 80))
    text = f'<mxfile vars="{html.escape(json.dumps({"stage": "live", "at": "x"}))}"><diagram>{drawn}</diagram></mxfile>'
    assert list(seen(text)[0]) == ["API b Oslo live %unknown%"]


def test_an_arrow_at_the_name_under_an_icon_is_the_icons():
    drawing = page(
        box("i", "", style="shape=mxgraph.aws4.resourceIcon;resIcon=mxgraph.aws4.sqs;", size=(48, 48)),
        box("t", "Orders to pack", -10, 52, style="text;html=1;", size=(70, 20)),
        box("b", "API", 200),
        line("e", "b", "t"),
    )
    assert seen(drawing) == ({"Orders to pack": "queue", "API": "service"}, [("API", "Orders to pack")])
    linked = drawing.replace('source="b"', 'source="i"')
    assert seen(linked)[1] == [("SQS", "Orders to pack")]


def test_an_arrow_keeps_all_of_its_labels():
    label = '<mxCell id="{0}" value="{1}" style="edgeLabel;" vertex="1" connectable="0" parent="e"/>'
    drawing = page(
        box("a", "A"), box("b", "B", 200), line("e", "a", "b"), label.format("l", "puts"), label.format("m", "later")
    ).replace('<mxCell id="e"', '<mxCell id="e" value="1."')
    (arrow,) = read(drawing).document["diagram"]["connections"].values()
    assert arrow["label"] == "1. puts later"
