"""The gateway: the one way to a model, and what makes it safe to take: journal, budget, manners, evidence."""
