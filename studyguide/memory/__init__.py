"""Computes when each card is due from the log of a learner's answers. PURE; the formulae are py-fsrs's."""
