"""The one kind of error that is the user's to mend: a sentence, no traceback, exit code 2."""


class UserError(Exception):
    """Says in one sentence what is wrong, where, and what was expected."""


class RunFailed(Exception):
    """A run that started and could not be finished: one sentence, exit code 1."""
