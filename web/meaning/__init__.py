"""What words mean, near enough to match questions and searches. PURE: imports no Django.

`words` cuts text into words and stems and mends typing errors; `vectors` says how near two texts are.
"""
