"""Versions, state and provider: what is planned next year is what was tested today, and by one person at a time."""

from xyztf.rules.rule import Rule
from xyztf.rules.versions.pins import (
    CredentialsInProvider,
    ProviderInModule,
    ProviderWithoutSource,
    SkipsValidation,
    UnpinnedModule,
    UnpinnedProvider,
    UnpinnedTerraform,
)
from xyztf.rules.versions.state import NoBackend, SharedState, StateElsewhere, UnencryptedState, UnlockedState

RULES: tuple[type[Rule], ...] = (
    UnpinnedTerraform,
    UnpinnedProvider,
    ProviderWithoutSource,
    UnpinnedModule,
    CredentialsInProvider,
    SkipsValidation,
    ProviderInModule,
    NoBackend,
    UnlockedState,
    UnencryptedState,
    StateElsewhere,
    SharedState,
)
