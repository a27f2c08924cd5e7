"""The rules of versions and state: what they must not say."""

from __future__ import annotations

from xyztf.rules.run import run
from xyztf.rules.versions import RULES

CREDENTIALS = [rule() for rule in RULES if rule.id == "XYZ311"]
CLUSTER = """\
provider "kubernetes" {
  host  = data.aws_eks_cluster.this.endpoint
  token = data.aws_eks_cluster_auth.this.token
}
"""


def test_a_clusters_token_is_read_for_each_run(stacks_of):
    assert run(CREDENTIALS, stacks_of({"main.tf": CLUSTER})) == []
    written = CLUSTER.replace("data.aws_eks_cluster_auth.this.token", '"k8s-aws-v1.aHR0cHM6"')
    (finding,) = run(CREDENTIALS, stacks_of({"main.tf": written}))
    assert finding.location.line == 3
