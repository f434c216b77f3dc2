"""Imports and exports decks: Anki's packages and text files, as plain values. PURE."""
