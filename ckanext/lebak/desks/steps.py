"""The steps that an office makes with a record, as buttons and as pages: what each is called, asks and does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.lebak.release import rules
from ckanext.lebak.tables.problem import N_


@dataclass(frozen=True)
class Step:
    """A step, with its words (to be translated).

    Attributes:
        slug: How its address ends.
        act: The act of ``release.rules`` that must be open; what may be changed may be confirmed.
        action: The action that does it.
        title: Heading of its page.
        explanation: What happens.
        button: What the button says.
        done: What is said afterwards.
        asks: Fields of its form.
        needed: Those of them that must be filled in.
        at_once: Whether a button alone does it; else the button leads to its page.
        danger: Whether it takes something away.
        data: What the action is told beside the fields.
    """

    slug: str
    act: str
    action: str
    title: str
    explanation: str
    button: str
    done: str
    asks: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    at_once: bool = False
    danger: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


CONSENT = Step(
    "setujui",
    rules.CONSENT_ACT,
    "lebak_release_consent",
    title=N_("Consent to the hand-in"),
    explanation=N_("The data go to the walidata, who checks them before anybody else sees them."),
    button=N_("Consent"),
    done=N_("You consented. The walidata checks it now."),
    asks=("letter", "text"),
)
DECLINE = Step(
    "tolak",
    rules.DECLINE,
    "lebak_release_decline",
    title=N_("Send it back to the operator"),
    explanation=N_("The operator reads your reason, mends it, and hands it in again."),
    button=N_("Send back"),
    done=N_("It is back with the operator."),
    asks=("text",),
    needed=("text",),
)
RECALL = Step(
    "tarik-kembali",
    rules.RECALL,
    "lebak_release_recall",
    title=N_("Take the hand-in back"),
    explanation=N_("It is a draft again, and you can go on editing. Hand it in again when it is ready."),
    button=N_("Take back"),
    done=N_("It is a draft again. Hand it in again when it is ready."),
    asks=("text",),
    at_once=True,
)
CHANGE = Step(
    "mulai-perubahan",
    rules.CHANGE,
    "lebak_release_change",
    title=N_("Begin a change"),
    explanation=N_("You change a copy. Readers keep the released version until the walidata approves yours."),
    button=N_("Begin a change"),
    done=N_("This is the change. Readers keep the released version until the walidata approves yours."),
    at_once=True,
)
NEW_PERIOD = Step(
    "periode-baru",
    rules.CHANGE,
    "lebak_release_change",
    title=N_("New period"),
    explanation=N_("The next release of this series: a further file with the same columns is ready to be filled in."),
    button=N_("New period"),
    done=N_("Check the period, then upload the new file at the end of the form."),
    at_once=True,
    data={"new_period": True},
)
DISCARD = Step(
    "buang-perubahan",
    rules.DISCARD,
    "lebak_release_discard",
    title=N_("Discard the change"),
    explanation=N_("What you changed goes to the bin. What is public stays as it is."),
    button=N_("Discard the change"),
    done=N_("The change was discarded. What is public stayed as it was."),
    danger=True,
)
WITHDRAW = Step(
    "tarik",
    rules.WITHDRAW,
    "lebak_release_withdraw",
    title=N_("Withdraw from the public"),
    explanation=N_(
        "The page, its files, its table and its older releases are gone for readers at once. "
        "Use this where something must not be public; for a correction, begin a change."
    ),
    button=N_("Withdraw"),
    done=N_("It was withdrawn. Readers do not find it any more."),
    asks=("text",),
    needed=("text",),
    danger=True,
)
REOPEN = Step(
    "buka-lagi",
    rules.REOPEN,
    "lebak_release_reopen",
    title=N_("Take it back to draft"),
    explanation=N_("It can be mended and handed in again. Readers do not see it until it is released."),
    button=N_("Back to draft"),
    done=N_("It is a draft again. Mend it, then hand it in."),
    at_once=True,
)
STILL_VALID = Step(
    "masih-berlaku",
    rules.CHANGE,
    "lebak_release_confirm",
    title=N_("Still valid"),
    explanation=N_(
        "You looked at the data and they need no change. Say when you look at them again; nothing else changes, "
        "and nobody needs to approve."
    ),
    button=N_("Still valid"),
    done=N_("Noted: the data are still valid."),
    asks=("next_day",),
    needed=("next_day",),
)
STEPS = {
    step.slug: step for step in (CONSENT, DECLINE, RECALL, NEW_PERIOD, CHANGE, STILL_VALID, DISCARD, REOPEN, WITHDRAW)
}

LOG_WORDS = {
    "release.submit": N_("Handed in"),
    "release.consent": N_("The head consented"),
    "release.decline": N_("The head sent it back"),
    "release.recall": N_("Taken back by the office"),
    "release.agree": N_("The pembina data agreed"),
    "release.object": N_("The pembina data objected"),
    "release.return": N_("Returned by the walidata"),
    "release.approve": N_("Released"),
    "release.pass_on": N_("The walidata agreed: it can be entered in Romantik"),
    "release.mend": N_("BPS wants it mended"),
    "release.publish": N_("Released on its day"),
    "release.withdraw": N_("Withdrawn from the public"),
    "release.reopen": N_("Taken back to draft"),
    "release.change": N_("A change was begun"),
    "release.discard": N_("The change was discarded"),
    "release.confirm": N_("Found still valid"),
    "release.override": N_("Released by a command"),
    "priority.set": N_("The list of priority data was noted"),
    "audit.redact": N_("Words were taken out of this log"),
}
"""What the acts of the audit log are called."""


def open_steps(standing: Mapping[str, Any]) -> list[Step]:
    """The steps that a person may make with a record now.

    Args:
        standing: As ``lebak_release_show`` gives it.
    """
    begun = bool(standing["change"])
    return [step for step in STEPS.values() if step.act in standing["acts"] and not (begun and step is NEW_PERIOD)]


def unlocking(standing: Mapping[str, Any]) -> Step | None:
    """What makes a record editable that is not: the change of a released one, or taking a hand-in back.

    Args:
        standing: As ``lebak_release_show`` gives it.

    Returns:
        The step; None where it is not this person's.
    """
    wanted = {rules.APPROVED: CHANGE, rules.WITHDRAWN: REOPEN}.get(standing["status"], RECALL)
    return wanted if wanted.act in standing["acts"] else None
