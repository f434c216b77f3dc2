"""Editing a document through forms: which fields exist, and how posted fields become a patch. PURE.

A field's name is the JSON Pointer of its place in the document, `/scope/questions/q1/text`; a `+` in place of an id
stands for an object that is to be added. So any form over any part of a design posts to one function.
"""
