"""The Markdown for a pull request: what stands open, what fits, and that nothing in a plan can break out of it."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from xyztf.errors import Problem, XyztfError
from xyztf.operations.comment import MOST, as_markdown, code, plain, prose

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
AWS = Path(__file__).parents[1] / "terraform" / "fixtures" / "plans" / "aws.json"

NASTY = [
    "```",
    "````\n</details>\n# big",
    "</details><script>alert(1)</script>",
    "` `` ``` ",
    "~~~\n| a | b |\n| --- | --- |",
    "[x](javascript:alert(1)) ![y](https://example.org/z.png)",
    "@octo/team fixes #1",
    "<!-- ",
    "\u202egnp.exe",
    "a\r\n\r\n- b",
    "\\` \\",
    "$\\frac{1}{2}$",
    "&lt;b&gt;",
]
texts = st.text(max_size=40) | st.sampled_from(NASTY) | st.text("`~<>/-|\\ \n\r@#[]()!*_&$", max_size=40)


def tokens(markdown: str) -> list[Any]:
    """The blocks, and within them the parts of their lines."""
    found = []
    for block in MARKDOWN.parse(markdown):
        found.append(block)
        found += block.children or []
    return found


def kinds(markdown: str) -> list[str]:
    return [token.type for token in tokens(markdown)]


@given(texts)
def test_code_is_one_span_with_just_the_text_in_it(text: str) -> None:
    inner = tokens(f"- a: {code(text)}: b")
    spans = [token for token in inner if token.type == "code_inline"]
    if plain(text).strip():
        assert [span.content for span in spans] == [plain(text)]
    assert "".join(token.content for token in inner if token.type == "text") in ("a: : b", "a: (blank): b")
    assert "html_inline" not in kinds(f"- a: {code(text)}: b")


@given(texts)
def test_prose_is_nothing_but_text(text: str) -> None:
    markdown = f"- a: {prose(text)}:"
    found = tokens(markdown)
    assert [token.type for token in found] == [
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "paragraph_close"),
        *("list_item_close", "bullet_list_close"),
    ]
    assert found[4].content.replace("\u200b", "") == f"a: {plain(text)}:"
    assert "@" not in markdown.replace("@\u200b", "")


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=4), texts)
def test_nothing_in_a_plan_breaks_out_of_the_comment(outcome, change, values, message) -> None:
    def changes(actions: list[str], kind: str) -> list[dict[str, Any]]:
        return [
            change(f'{kind}.x["{key}"]', actions, {"a": old}, {"a": new}, replace_paths=[["a", key]])
            for key, old, new in values
        ]

    action = {"address": f"action.a.b[{json.dumps(message)}]", "type": "a", "lifecycle_action_trigger": None}
    action["lifecycle_action_trigger"] = {
        "action_trigger_event": "AfterUpdate",
        "triggering_resource_address": f"x.y[{json.dumps(message)}]",
    }
    outcomes = [
        outcome("global", *changes(["delete", "create"], "aws_kms_key"), protected=True, action_invocations=[action]),
        outcome("us-east-1", *changes(["update"], "aws_x"), action_invocations=[action]),
        outcome("us-west-2", error=XyztfError(Problem(message))),
    ]
    markdown = as_markdown("dev", outcomes)
    assert {each for each in markdown if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")} <= {"\n", "\u200b"}
    found = tokens(markdown)
    html = [token.content for token in found if token.type in ("html_block", "html_inline")]
    assert len(html) == 4
    assert [each.startswith("<details><summary>") for each in html] == [True, False, True, False]
    assert [each.strip() for each in html[1::2]] == ["</details>"] * 2
    assert [token.type for token in found].count("fence") == 2
    assert [token.type for token in found].count("heading_open") == 1
    assert [token.type for token in found].count("tr_open") == 4
    assert not {"link_open", "image", "hr", "s_open", "em_open"} & {token.type for token in found}
    words = "".join(token.content for token in found if token.type == "text")
    assert "@" not in words.replace("@\u200b", "")
    # The titles: refused, not planned, in the table, to be known.
    assert [token.type for token in found].count("strong_open") == 4


def test_what_must_be_seen_stands_open_and_the_rest_is_folded(outcome, change) -> None:
    key = change(
        "aws_kms_key.data",
        ["delete", "create"],
        {"spec": "a"},
        {"spec": "b"},
        replace_paths=[["spec"]],
        action_reason="replace_because_cannot_update",
    )
    database = change(
        "aws_db_instance.main", ["update"], {"instance_class": "db.r7g.large"}, {"instance_class": "db.r7g.xlarge"}
    )
    forgotten = change("aws_dynamodb_table.things", ["forget"], {})
    text = as_markdown("dev", [outcome("global", key), outcome("us-east-1", database, forgotten)])
    opened, folded = text.split("<details>", maxsplit=1)
    assert "| global | 1 replaced, **refused** |" in opened
    assert "- global: `aws_kms_key.data` would be replaced, because `spec cannot be changed in place`" in opened
    assert "`--allow-destroy global:aws_kms_key.data`" in opened
    assert '`instance_class "db.r7g.large" -> "db.r7g.xlarge"`' in opened
    assert "`aws_dynamodb_table.things` is no longer managed" in opened
    assert '± aws_kms_key.data\n    spec "a" -> "b" (forces replacement)\n' in folded
    assert '~ aws_db_instance.main\n    instance_class "db.r7g.large" -> "db.r7g.xlarge"\n' in folded
    assert folded.index("global") < folded.index("us-east-1")


@pytest.mark.parametrize("most", [1_500, 10_000, MOST - 1_000])
def test_it_fits_and_says_what_is_left_out(outcome, change, most: int) -> None:
    policy = "".join(f'"arn:aws:s3:::büro-{number}", ' for number in range(200))
    changes = [change(f"aws_x.n{number}", ["create"], None, {"a": 1}) for number in range(2_000)]
    changes += [change(f"aws_x.u{number}", ["update"], {"p": policy}, {"p": number}) for number in range(300)]
    changes += [change("aws_dynamodb_table.last", ["delete"], {})]
    text = as_markdown("dev", [outcome("global", *changes), outcome("us-east-1", *changes)], most)
    assert len(text.encode()) <= most
    # Interruptions, refusals and changes of both stacks; each is shown, or counted.
    shown = sum(line.startswith(("- ", "± ", "~ ", "+ ")) for line in text.splitlines())
    left_out = int(text.rsplit("**", 2)[1].split()[0])
    assert shown + left_out == 2 * (2_000 + 300 + 1) + 2
    assert text.rstrip().endswith("have no room in a comment: `xyztf plan dev` shows all.")
    assert "aws_dynamodb_table.last" in text
    assert kinds(text).count("html_block") % 2 == 0


def test_a_plan_that_fits_leaves_nothing_out(outcome) -> None:
    text = as_markdown("dev", [outcome("us-east-1", document=json.loads(AWS.read_text("utf-8")))])
    assert "have no room" not in text
    assert len(text.encode()) < MOST
