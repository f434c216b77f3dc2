from __future__ import annotations

import pytest
from django.utils import timezone

from studyguide.services.notes import NoteSource, import_notes
from studyguide.services.paths import load_paths

RINGS = """---
slug: hash-ring
title: Hash ring
category: placing
summary: Puts nodes and keys on one circle, so that a node's loss moves few keys.
aliases: [ring of hashes]
prerequisites: [modulo-placement]
sources:
  - {name: "Karger et al.", section: "2", year: "1997", url: "https://example.org/ring"}
---
A key belongs to the first node clockwise; compare [[modulo-placement]].[^1]

## Why it moves so little

| nodes | keys that move |
| ---: | ---: |
| 10 | a tenth |

!!! warning "Uneven shares"
    One point a node gives uneven shares.

```python
def owner(key: str) -> str:
    return ring[bisect(points, place(key)) % len(points)]  # clockwise
```

```mermaid
graph LR
  client --> proxy --> node
```

- [x] draw the circle
- [ ] lose a node

### Words

ring
:   The circle on which all hashes lie.

[^1]: The paper counts only keys of the lost node.
"""
MODULO = """---
slug: modulo-placement
title: Modulo placement
category: placing
summary: The rest of a division says which node.
---
Adding a node moves nearly everything, which a hash ring avoids.
"""
CATEGORY = """---
slug: placing
title: Placing data
summary: Which node holds what.
---
"""
LEARNING = b"""
slug: first-steps
title: First steps
summary: From a rest to a ring.
steps:
  - {topic: modulo-placement, because: It shows the trouble.}
  - {topic: hash-ring, because: It mends it.}
"""


@pytest.fixture
def notes(db) -> None:
    """A category with two topics that use everything that notes can, and a learning path through them."""
    files = {"placing/_category.md": CATEGORY, "placing/hash-ring.md": RINGS, "placing/modulo.md": MODULO}
    now = timezone.now()
    import_notes(
        [(path, text.encode()) for path, text in files.items()],
        source=NoteSource(name="web-tests", is_strict=True),
        now=now,
    )
    load_paths([("first-steps.yaml", LEARNING)])
