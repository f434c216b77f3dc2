"""Scenarios: the task, the interviewer's answers, the rubric, and one good answer. PURE: no Django.

Start at `schema.Scenario`; `reading.read_scenario` makes one from a file, and `reference` the designs that it holds.
docs/scenarios.md describes the format for people who write them.
"""
