"""Decks in and out: Anki's packages and text files, as plain values. PURE."""
