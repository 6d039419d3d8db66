"""What is counted one behaviour at a time, or two: marginals, transitions, rhythm, co-presence."""

import numpy as np

from evaluation.corpus import SLOTS, Corpus, grams
from evaluation.measures.figure import Counted


def hours(sample: Corpus) -> Counted:
    """The three-hour slot of each behaviour."""
    return sample.slot, sample.row


def days(sample: Corpus) -> Counted:
    """The day of the week of each behaviour."""
    return sample.day, sample.row


def devices(sample: Corpus) -> Counted:
    """The device type of each behaviour."""
    return sample.device, sample.row


def actions(sample: Corpus) -> Counted:
    """The action of each behaviour."""
    return sample.action, sample.row


def devices_by_hour(sample: Corpus) -> Counted:
    """Which device type is used in which slot."""
    return sample.device * SLOTS + sample.slot, sample.row


def rhythm(sample: Corpus) -> Counted:
    """The slot of the week of each behaviour: how weekdays and weekends differ."""
    return sample.when, sample.row


def transitions(sample: Corpus) -> Counted:
    """Each action and the one that follows it."""
    return grams(sample, 2, sample.action)


def together(sample: Corpus) -> Counted:
    """Every two device types that one sequence uses, once a sequence; a type alone where it is alone."""
    used, types = np.zeros((len(sample), len(sample.words.devices)), bool), len(sample.words.devices)
    used[sample.row, sample.device] = True
    alone = np.flatnonzero(used.sum(1) == 1)
    rows, codes = [alone], [np.nonzero(used[alone])[1] * (types + 1)]
    for one in range(types):
        at, other = np.nonzero(used[:, one + 1 :] & used[:, one : one + 1])
        rows.append(at)
        codes.append(one * types + other + one + 1)
    return np.concatenate(codes), np.concatenate(rows)
