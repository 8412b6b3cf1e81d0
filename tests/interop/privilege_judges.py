"""What Cloudsplaining and PMapper say of roles. Reads one JSON object per line, and answers each with one.

A role has `arn`, `policies` (documents by name), `attached` (documents of customer-managed policies by ARN) and perhaps a `boundary`.
"""

import collections
import collections.abc
import contextlib
import io
import json
import sys

# PMapper was last released for Python 3.9, where this name still was in `collections`.
for name in ("Mapping", "MutableMapping", "OrderedDict"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

from cloudsplaining.scan.policy_document import PolicyDocument
from cloudsplaining.shared.exclusions import Exclusions
from principalmapper.common import Node, Policy
from principalmapper.graphing.gathering import update_admin_status

# Nothing is excluded: the default leaves out policies by their names.
NONE = Exclusions({"policies": [], "roles": [], "users": [], "groups": [], "include-actions": [], "exclude-actions": []})


def cloudsplaining(role):
    """It looks at one document at a time, and never at boundaries: so it gets one with all statements."""
    documents = [*role["policies"].values(), *role["attached"].values()]
    statements = [statement for document in documents for statement in document["Statement"]]
    merged = PolicyDocument({"Version": "2012-10-17", "Statement": statements}, exclusions=NONE)
    return {
        "escalation": [finding["type"] for finding in merged.allows_privilege_escalation],
        "data": merged.allows_data_exfiltration_actions,
    }


def pmapper(role):
    """Whether it is an administrator: whether it can give itself every permission."""
    policies = [Policy(role["arn"], name, document) for name, document in role["policies"].items()]
    policies += [Policy(arn, arn.rsplit("/")[-1], document) for arn, document in role["attached"].items()]
    boundary = role.get("boundary")
    if boundary is not None:
        boundary = Policy("arn:aws:iam::111111111111:policy/boundary", "boundary", boundary)
    node = Node(role["arn"], "AROAEXAMPLE", policies, [], {}, None, 0, False, False, boundary, False, {})
    update_admin_status([node])
    return node.is_admin


for line in sys.stdin:
    role = json.loads(line)
    # Both print notes.
    with contextlib.redirect_stdout(io.StringIO()):
        answer = {**cloudsplaining(role), "administrator": pmapper(role)}
    print(json.dumps(answer), flush=True)
