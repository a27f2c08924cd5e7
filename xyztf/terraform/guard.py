"""The guard: what a plan would destroy, and whether it may; what it would interrupt.

Only the plan counts, not the command that made it: `-destroy` and `-replace` end in the same changes as a block that
was removed. What `prevent_destroy` protects does not get here, as Terraform then makes no plan.

In every environment what holds data or cannot come back is neither deleted nor replaced. In a protected environment
nothing is deleted. There, what holds no data may be replaced: the new one takes the old one's place, and changing a
password is such a replacement (of aws_secretsmanager_secret_version). What it interrupts is said.

What a provider's action does stands in no plan, so that the guard cannot judge it: in a protected environment it has to
be named as well. What is only forgotten is not lost: that is said, and not refused (docs/guard.md has the reasons).
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from xyztf.errors import ExitCode, Problem, UsageError, XyztfError
from xyztf.facts import interruptions as facts
from xyztf.facts.interruptions import Effect, Means, When
from xyztf.terraform.differences import SENSITIVE, UNKNOWN, Attribute
from xyztf.terraform.planned import Action, Change, Kind, Planned

OPTION = "--allow-destroy"
ACTIONS_SOURCE = "https://developer.hashicorp.com/terraform/language/block/action"


class Why(Enum):
    """Which rule refuses."""

    HOLDS_DATA = "holds data"
    PROTECTED = "protected environment"
    UNSEEN = "action"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that must not be done. `label` is what `--allow-destroy` has to name; an action has no `kind`."""

    label: str
    kind: Kind | None
    why: Why
    lost: str
    because: str | None
    source: str | None

    @property
    def done(self) -> str:
        """What would be done to it, in words."""
        return {Kind.REPLACE: "replaced", Kind.DELETE: "destroyed"}[self.kind] if self.kind else "carried out"

    def __str__(self) -> str:
        because = f", because {self.because}" if self.because else ""
        return f"{self.label} would be {self.done}{because}. {self.lost}"

    def option(self, stack: str | None = None) -> str:
        """What to write to allow it, for a shell; with the stack where a command is about several."""
        return f"{OPTION} {shlex.quote(f'{stack}:{self.label}' if stack else self.label)}"

    def problem(self, environment: str, stack: str | None = None) -> Problem:
        """The refusal with what to do about it."""
        hint = f"if that is what you want: {self.option(stack)}, and type {environment} when asked (--confirm in CI)"
        return Problem(f"{stack}: {self}" if stack else str(self), hint=hint)


@dataclass(frozen=True, slots=True)
class Interruption:
    """What people notice of one change. `attributes` are those that mean it, redacted; `window` is when, if known."""

    label: str
    means: Means
    when: When
    attributes: tuple[Attribute, ...]
    words: str
    duration: str | None
    source: str
    window: str | None = None

    @property
    def timing(self) -> str:
        """When it happens, for people."""
        if self.when is When.REBOOT:
            return "when it is rebooted"
        if self.when is When.NOW:
            return "at once"
        return f"in the maintenance window{f' ({self.window} UTC)' if self.window else ''}"

    def __str__(self) -> str:
        what = "; ".join(map(str, self.attributes))
        lasts = f", {self.duration}" if self.duration else ""
        words = self.words[:1].upper() + self.words[1:]
        return f"{self.label}: {self.means.words}, {self.timing}{lasts}{f': {what}' if what else ''}. {words}"


class About(Enum):
    """What a notice is about."""

    ACTION = "action"
    FORGOTTEN = "forgotten"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Notice:
    """What else somebody should know before the plan is applied. `label` is empty where it is about the whole plan."""

    about: About
    label: str
    words: str

    def __str__(self) -> str:
        return f"{self.label}: {self.words}" if self.label else self.words[:1].upper() + self.words[1:]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard has to say to a plan: no refusals, no objection. Interruptions come worst first."""

    refusals: tuple[Refusal, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    notices: tuple[Notice, ...] = ()


class Refused(XyztfError):
    """A plan destroys what must not be destroyed."""

    exit_code = ExitCode.REFUSED

    @classmethod
    def of(cls, environment: str, verdicts: Mapping[str, Verdict]) -> Refused:
        """All refusals of the stacks (name to verdict) of one command."""
        several = len(verdicts) > 1
        named = [(stack if several else None, each) for stack, verdict in verdicts.items() for each in verdict.refusals]
        return cls(*(refusal.problem(environment, stack) for stack, refusal in named))


class NotDestroyed(UsageError):
    """`--allow-destroy` names something that the plan does not destroy."""


def judge(planned: Planned, *, protected: bool, allowed: frozenset[str]) -> Verdict:
    """What a plan must not do, unless `allowed` names it exactly, and what it interrupts.

    Raises NotDestroyed when `allowed` names something that this plan does not destroy: it is misspelt, or would allow
    what comes later and nobody has looked at.
    """
    _check_allowed(planned, allowed)
    managed = [change for change in planned.changes if change.managed]
    refusals = [refusal for change in managed if (refusal := _refusal(change, protected))]
    if protected:
        refusals += [_unseen(label, actions) for label, actions in _by_label(planned.actions).items()]
    refused = tuple(refusal for refusal in refusals if refusal.label not in allowed)
    labels = {refusal.label for refusal in refused}
    found = [each for change in managed if change.label not in labels for each in _interruptions(change)]
    interruptions = sorted(found, key=lambda each: (each.means.rank, each.when is not When.NOW, each.label))
    return Verdict(refused, tuple(interruptions), tuple(_notices(planned, labels)))


def allowed_by_stack(texts: Iterable[str], stacks: Iterable[str]) -> dict[str, frozenset[str]]:
    """What `--allow-destroy` allows in each of the stacks of a command.

    With several stacks each text names its own (`us-west-2:module.elasticache...`), as an address is often the same in
    all of them and what is meant is one. Raises UsageError where it does not.
    """
    found: dict[str, set[str]] = {stack: set() for stack in stacks}
    for text in texts:
        stack, colon, address = text.partition(":")
        if colon and stack in found:
            found[stack].add(address)
        elif len(found) == 1:
            found[next(iter(found))].add(text)
        else:
            hint = f"write STACK:ADDRESS, with one of {', '.join(found)}"
            raise UsageError(Problem(f"{OPTION} {shlex.quote(text)} does not say in which stack", hint=hint))
    return {stack: frozenset(addresses) for stack, addresses in found.items()}


def _check_allowed(planned: Planned, allowed: frozenset[str]) -> None:
    destroyed = [change.label for change in planned.changes if change.managed and change.destroys]
    destroyed += _by_label(planned.actions)
    kinds = {change.label: change.kind for change in planned.changes}
    problems = []
    for label in sorted(allowed.difference(destroyed)):
        name = f"{OPTION} {shlex.quote(label)}"
        if label in kinds:
            problems.append(
                Problem(f"{name}: the plan does not destroy it ({kinds[label].value})", hint="leave it out")
            )
            continue
        close = difflib.get_close_matches(label, destroyed, n=1)
        hint = f"did you mean {OPTION} {shlex.quote(close[0])}?" if close else _what_is(destroyed)
        problems.append(Problem(f"{name}: the plan has no such address", hint=hint))
    if problems:
        raise NotDestroyed(*problems)


def _what_is(destroyed: list[str]) -> str:
    return f"it destroys {', '.join(destroyed)}" if destroyed else "it destroys nothing"


def _refusal(change: Change, protected: bool) -> Refusal | None:
    """Why this change must not be. None when it may."""
    if not change.destroys:
        return None
    loss = facts.loss(change.type)
    if loss:
        lost = f"Lost: {loss.lost}{_remark(change)}"
        return Refusal(change.label, change.kind, Why.HOLDS_DATA, lost, change.because, loss.source)
    # What an earlier run has left behind is the rest of a replacement, and blocks everything until it is gone.
    if protected and change.kind is Kind.DELETE and not change.deposed:
        lost = "Nothing is deleted in a protected environment without being named"
        return Refusal(change.label, change.kind, Why.PROTECTED, lost, change.because, None)
    return None


def _by_label(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """One action may be carried out on several occasions; it is named once."""
    found: dict[str, list[Action]] = {}
    for action in actions:
        found.setdefault(action.address, []).append(action)
    return found


def _occasions(actions: Iterable[Action]) -> str:
    return ", ".join(dict.fromkeys(action.occasion for action in actions))


def _unseen(label: str, actions: list[Action]) -> Refusal:
    lost = f"What an action does stands in no plan ({_occasions(actions)})"
    return Refusal(label, None, Why.UNSEEN, lost, None, ACTIONS_SOURCE)


def _notices(planned: Planned, refused: set[str]) -> Iterator[Notice]:
    for label, actions in _by_label(planned.actions).items():
        if label not in refused:
            yield Notice(About.ACTION, label, f"is carried out {_occasions(actions)}; what it does stands in no plan")
    for change in planned.changes:
        if change.managed and change.kind is Kind.FORGET:
            loss = facts.loss(change.type)
            # Its name is still taken, so a block that comes back fails, or makes a second and empty one.
            again = ", and a block for it would try to make a second one: write an import block then" if loss else ""
            words = f"is no longer managed: it stays, goes on costing, and is changed by nobody{again}"
            yield Notice(About.FORGOTTEN, change.label, words)
    for each in planned.deferred:
        yield Notice(About.DEFERRED, each.address, f"cannot be planned yet ({each.reason}): apply, then plan again")
    if not planned.complete and not planned.deferred:
        yield Notice(About.DEFERRED, "", "the plan is not all of it: Terraform put off a part. Apply, then plan again")
    for part in planned.unread:
        yield Notice(About.UNKNOWN, "", f"the plan has {part}, which this version of xyztf does not know or judge")


def _remark(change: Change) -> str:
    if change.settings.get("replicate_source_db"):
        return "; it is a replica, and its primary keeps the data"
    if change.settings.get("skip_final_snapshot") is True:
        return "; no final snapshot is taken (skip_final_snapshot)"
    return ""


def _interruptions(change: Change) -> list[Interruption]:
    if change.destroys:
        return _of_destruction(change)
    if change.kind is not Kind.UPDATE:
        return []
    found: dict[Effect, list[Attribute]] = {}
    for attribute in change.attributes:
        effect = _effect(change, attribute)
        if effect and effect.means is not Means.NONE:
            found.setdefault(effect, []).append(attribute)
    return [_interruption(change, effect, tuple(attributes)) for effect, attributes in found.items()]


def _of_destruction(change: Change) -> list[Interruption]:
    """What it means that something goes, which is allowed or was never forbidden."""
    found = []
    loss = facts.loss(change.type)
    if loss:
        found.append(Effect(Means.LOSS, When.NOW, f"lost: {loss.lost}{_remark(change)}", None, loss.source))
    if change.deposed is None:
        replaced = change.kind is Kind.REPLACE
        effect = facts.of_replacement(change.type) if replaced else facts.of_removal(change.type)
        if effect and effect.means is not Means.NONE:
            found.append(effect)
    forcing = tuple(attribute for attribute in change.attributes if attribute.forces_replacement)
    return [_interruption(change, effect, forcing) for effect in found]


def _effect(change: Change, attribute: Attribute) -> Effect | None:
    settled = {name: value for name, value in change.settings.items() if not _changes(change, name)}
    return facts.of_change(
        change.type,
        attribute.schema_path,
        attribute.old,
        attribute.new,
        keys=attribute.keys,
        settings=settled,
        comparable=not {UNKNOWN, SENSITIVE}
        & {each for each in (attribute.old, attribute.new) if isinstance(each, str)},
    )


def _changes(change: Change, name: str) -> bool:
    return any(attribute.schema_path == name for attribute in change.attributes)


def _interruption(change: Change, effect: Effect, attributes: tuple[Attribute, ...]) -> Interruption:
    at_once = effect.when is When.WINDOW and change.settings.get("apply_immediately") is True
    when = When.NOW if at_once else effect.when
    window = change.settings.get("maintenance_window") or change.settings.get("preferred_maintenance_window")
    return Interruption(
        change.label,
        effect.means,
        when,
        attributes,
        effect.words,
        effect.duration,
        effect.source,
        str(window) if window and when is When.WINDOW else None,
    )
