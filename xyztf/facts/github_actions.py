"""GitHub Actions as a workflow names them: by the commit, which nobody can move, and not by a tag, which anyone who
gets hold of the repository can."""

from __future__ import annotations

from xyztf.facts.tables import table


def pinned(action: str) -> str:
    """The action for `uses:`, with its version as a comment. It may be a part of a repository: "owner/name/part".

    Raises KeyError for one that we do not know.
    """
    repository = "/".join(action.split("/")[:2])
    for entry in table("github_actions")["actions"]:
        if entry["action"] == repository:
            return f"{action}@{entry['commit']} # {entry['version']}"
    raise KeyError(action)
