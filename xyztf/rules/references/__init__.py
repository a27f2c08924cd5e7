"""References: what is named must be there, and what is there should be named."""

from xyztf.rules.references.bare import BareName
from xyztf.rules.references.calls import (
    BadTypeConstraint,
    MissingModuleArgument,
    ModuleNotFound,
    UnknownModuleArgument,
    WrongModuleArgument,
)
from xyztf.rules.references.functions import RepeatedArgument, UnknownBlock, UnknownFunction
from xyztf.rules.references.undeclared import (
    UndeclaredLocal,
    UndeclaredModule,
    UndeclaredOutput,
    UndeclaredResource,
    UndeclaredVariable,
)
from xyztf.rules.references.unused import Cycle, DeclaredTwice, UnusedData, UnusedLocal, UnusedVariable
from xyztf.rules.rule import Rule

RULES: tuple[type[Rule], ...] = (
    UndeclaredVariable,
    UndeclaredLocal,
    UndeclaredModule,
    UndeclaredResource,
    UndeclaredOutput,
    BareName,
    UnknownModuleArgument,
    MissingModuleArgument,
    WrongModuleArgument,
    BadTypeConstraint,
    ModuleNotFound,
    UnusedVariable,
    UnusedLocal,
    UnusedData,
    DeclaredTwice,
    Cycle,
    UnknownFunction,
    UnknownBlock,
    RepeatedArgument,
)
