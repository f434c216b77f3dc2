"""What a learner remembers: from the log of answers to when each card is due. PURE; the formulae are py-fsrs's."""
