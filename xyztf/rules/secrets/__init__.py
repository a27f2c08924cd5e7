"""Secrets: not in the text, not in the state, not on the screen."""

from xyztf.rules.rule import Rule
from xyztf.rules.secrets.handed import SecretInEnvironment, SecretInUserData
from xyztf.rules.secrets.state import SecretInState, SecretMade, SecretRead, TokenInState
from xyztf.rules.secrets.written import SecretInText, SecretShown, SecretVariable

RULES: tuple[type[Rule], ...] = (
    SecretInText,
    SecretInState,
    TokenInState,
    SecretMade,
    SecretRead,
    SecretShown,
    SecretVariable,
    SecretInEnvironment,
    SecretInUserData,
)
