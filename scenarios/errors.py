"""The kinds of error that are told in a sentence, no traceback."""


class UserError(Exception):
    """Says in one sentence what is wrong, where, and what was expected. The user's to mend: exit code 2."""


class RunFailed(Exception):
    """A run that started and could not be finished: one sentence, exit code 1."""


class BudgetSpent(RunFailed):
    """A run that stopped before it would exceed its budget, and goes on when that is raised: exit code 3."""
