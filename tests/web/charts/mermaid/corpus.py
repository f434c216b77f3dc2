"""Flowcharts by construct: what Mermaid's documentation describes, and what was misread once. Written by us."""

from __future__ import annotations

CORPUS: dict[str, str] = {
    "a node": "flowchart LR\n id",
    "graph in one line": "graph LR; A-->B",
    "semicolons": "flowchart TD;\n a-->b; b-->c;\n",
    "no direction": "flowchart\n a --> b",
    "direction sign": "graph >\n a --> b",
    "unicode label": 'flowchart LR\n id["This ❤ Unicode"]',
    "unicode ids": "flowchart LR\n 東京 --> größe",
    "markdown label": 'flowchart LR\n m["`The **cat** in _the_ hat`"] --> n["`two\n lines`"]',
    "all brackets": (
        "flowchart LR\n a[A]\n b(B)\n c([C])\n d[[D]]\n e[(E)]\n f((F))\n g>G]\n h{H}\n i{{I}}\n j[/J/]\n k[\\K\\]\n"
        " l[/L\\]\n m[\\M/]\n n(((N)))\n o1(-O-)\n p[|borders:lt|P]"
    ),
    "shape fields": (
        'flowchart TD\n a@{ shape: cyl, label: "Users" } --> b@{shape: rounded}\n c@{\n shape: hex\n label: "Six"\n}'
    ),
    "label in fields and class": "flowchart TD\n a@{ shape: rect }\n b:::hot --> a",
    "edge kinds": (
        "flowchart LR\n a-->b\n b---c\n c-.->d\n d-.-e\n e==>f\n f===g\n g~~~h\n h--oi1\n i1--xj\n j<-->k\n k o--o l\n"
        " l x--x m"
    ),
    "edge lengths": "flowchart TD\n a---->b\n b-..->c\n c====>d\n d-----e\n e-...-f",
    "labels on edges": (
        "flowchart LR\n a-- text ---b\n b---|text|c\n c-->|text|d\n d-- text -->e\n e-. text .->f\n f == text ==> g\n"
        ' g -->|"quoted (x)"| h\n h -- "quoted -- dashes" --> i1'
    ),
    "label over lines on an edge": 'flowchart LR\n a -->|"one\n two"| b\n c -- one\n two --> d',
    "chains": "flowchart LR\n a -- text --> b -- text2 --> c",
    "groups": "flowchart LR\n a --> b & c--> d\n a & b--> c & d",
    "ampersand inside an id": "flowchart LR\n a&b --> c",
    "edge id": "flowchart LR\n a e1@--> b\n e1@{ animate: true }\n e2x --> b",
    "edge id with a label": "flowchart LR\n a e1@-- asks --> b\n a e2@-.->|says| b",
    "edge id of a group": "flowchart LR\n a & b e1@--> c & d\n e1@{ curve: linear }",
    "class on an edge id": "flowchart LR\n a e1@--> b\n classDef fast stroke-dasharray: 9,5\n class e1 fast",
    "quoted brackets": 'flowchart LR\n id1["This is the (text) in [the] {box}"]',
    "entities": 'flowchart LR\n A["A double quote:#quot;"] --> B["A dec char:#9829;"]',
    "subgraph": "flowchart TB\n c1-->a2\n subgraph one\n a1-->a2\n end\n subgraph two\n b1-->b2\n end",
    "subgraph with id and title": "flowchart TB\n subgraph ide1 [one]\n a1-->a2\n end\n subgraph x['quoted']\n b\n end",
    "subgraph with a quoted title": (
        'flowchart TB\n subgraph s1["Zone (A)"]\n a\n end\n subgraph "Only a title"\n b\n end'
    ),
    "subgraph with blanks in its title": "flowchart TB\n subgraph My zone\n a\n end\n subgraph My zone\n b\n end",
    "edges at subgraphs": (
        "flowchart TB\n c1-->a2\n subgraph one\n a1-->a2\n end\n subgraph two\n b1-->b2\n end\n"
        " one --> two\n two --> c2"
    ),
    "subgraph named before it begins": "flowchart TB\n a --> s\n subgraph s\n b\n end",
    "subgraph named in another": "flowchart TB\n subgraph A\n a1 --> B\n end\n subgraph B\n b1\n end",
    "node claimed by a later subgraph": "flowchart LR\n subgraph A\n a1\n end\n subgraph B\n b1 --> a1\n end",
    "arrow after an inner end": ("flowchart LR\n subgraph outer\n subgraph inner\n a\n end\n a --> b\n end"),
    "mentioned outside first": "flowchart LR\n a --> b\n subgraph A\n a\n end",
    "three levels": (
        "flowchart LR\n subgraph a\n subgraph b\n subgraph c\n x\n end\n y\n end\n z\n end\n x --> y --> z"
    ),
    "a subgraph twice": "flowchart LR\n subgraph A\n a\n end\n subgraph A\n b\n end",
    "directions": "flowchart LR\n subgraph T\n direction TB\n a --> b\n end\n direction RL\n c --> a",
    "front matter": "---\ntitle: A chart\nconfig:\n  theme: dark\n---\nflowchart LR\n a --> b",
    "directive": "%%{init: {'theme': 'dark',\n 'x': 1}}%%\nflowchart LR\n a --> b",
    "comments": "%% first\nflowchart LR\n %% a --> c\n a --> b\n%% last",
    "accessibility": ("flowchart LR\n accTitle: Title: with colon\n accDescr: one line\n a --> b"),
    "accessibility block": "flowchart LR\n accDescr {\n two lines\n of it\n }\n a --> b",
    "statement over two lines": "flowchart LR\n a\n --> b\n -->\n c",
    "label over two lines": 'flowchart LR\n a["two\n lines"] --> b[also\n two]',
    "dot arrow without tail": "flowchart LR\n a .-> b\n b .- c",
    "styles": (
        "flowchart LR\n a:::x --> b\n style a fill:#f9f,stroke:#333\n classDef x,y fill:#f00\n class a,b y\n"
        " linkStyle 0 stroke:#ff3,stroke-width:4px\n linkStyle default interpolate basis"
    ),
    "clicks": (
        'flowchart LR\n a-->b\n click a callback "Tip"\n click b "https://example.org" "Tip" _blank\n'
        ' click a call callback() "Tip"\n click b href "https://example.org"'
    ),
    "click over two lines": 'flowchart LR\n a-->b\n click a "https://example.org" "one\n two"',
    "icons and markup": 'flowchart LR\n a["<b>Web</b> fa:fa-car"] --> b(fab:fa-truck-bold custom)',
    "breaks": 'flowchart LR\n a["one<br/>two"] --> b[one<br>two]',
    "attribute quotes": 'flowchart LR\n a["<span class="x">Web</span>"] --> b',
    "trap of o and x": "flowchart LR\n dev---ops\n A---oB\n A---xC",
    "ids with dots, dashes and slashes": "flowchart LR\n a.b --> c-d --> e/f --> g_h --> 1a",
    "colon in an id": "flowchart LR\n ns:a --> ns:b",
    "numbers": "flowchart LR\n 1 --> 2\n 3[three] --> 1",
    "no blanks": "flowchart LR\na[A]-->b(B)-->|yes|c{C}==>d",
    "label of an unlabelled node later": "flowchart LR\n a --> b\n b[Named]\n a[First]\n a[Second]",
    "slashes in a slanted box": "flowchart LR\n a[/api/v1/] --> b[\\x\\y\\]",
    "empty label": 'flowchart LR\n a[" "] --> b',
    "carriage returns": "flowchart LR\r\n a --> b\r\n b --> c\r\n",
    "flowchart-elk": "flowchart-elk TD\n a --> b",
    "v direction": "graph v\n a --> b",
    "class attached in a chain": "flowchart LR\n a[A]:::one --> b:::two & c[(C)]:::three",
    "node in an edge inside and outside": (
        "flowchart LR\n subgraph A\n a --> b\n end\n subgraph B\n c --> d\n end\n b --> c\n subgraph C\n a --> e\n end"
    ),
}
