"""Fills an organization with roles through moto's own models, serves it on a free loopback port, and prints what was created.

One line of JSON comes in on stdin: `as_of`, `inactive_after_days`, `unused_after_days`, `audit_role`, `audit_policy`, `caller_policy`, and
`verify`: whether moto checks signatures and permissions. One line of JSON goes out on stdout: where the server is, the caller's
access key, and the truth: every account and every role with the cells that a report has to show. The server ends when stdin does.

Nothing of rolesweep is used here: what a cell has to say is worked out again, from the words of the design.
"""

import json
import logging
import sys
from datetime import datetime, timedelta, timezone
from unittest import mock

import moto.settings
from moto.iam.models import iam_backends
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.organizations.models import organizations_backends

MANAGEMENT = "123456789012"
REGION = "us-east-1"
HOUR, DAY = 3600, 86400
WINDOW = 400 * DAY

# OU path -> account names. The paths between them are created too.
ORGANIZATION = {
    "/": ["log-archive"],
    "/Security": ["security-tooling", "=formula", "Zürich, 中文"],
    "/Workloads": ["shared"],
    "/Workloads/Production": ["shop", "billing", "payments, EU", "+search"],
    "/Workloads/Production/Data & AI": ["lake", "models"],
    "/Workloads/Development": ["shop-dev", "billing-dev", 'quoted "dev"', "search-dev", "lake-dev"],
    "/Sandbox": ["ana", "ben", "chen", "dana", "many"],
    "/Suspended": ["old-shop", "leaving"],
}
STATES = {"old-shop": "SUSPENDED", "leaving": "PENDING_CLOSURE"}
# The audit role's permissions, if they are fewer than the policy's. They only matter with moto's own checks.
DENIED = {
    "lake-dev": ["iam:GetAccountAuthorizationDetails"],
    "ben": ["iam:GetAccountAuthorizationDetails", "iam:GetRole"],
    "chen": ["iam:*"],
}
# Account ids, some with leading zeros. The others count up. The first one goes to a role that no account has: moto creates the
# management account with a random id, and renames it afterwards.
IDS = ["999999999999", "000000000123", "012345678901"] + [f"{200000000000 + 7919 * n:012}" for n in range(100)]

SERVICE = {"Service": "ec2.amazonaws.com"}
TRUSTS = [
    ("service:ec2.amazonaws.com", SERVICE),
    ("aws:123456789012", {"AWS": "arn:aws:iam::123456789012:root"}),
    ("aws:*", "*"),
    ("aws:123456789012; service:lambda.amazonaws.com", {"Service": ["lambda.amazonaws.com"], "AWS": "123456789012"}),
    (
        "federated:arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
        {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
    ),
]

# No carriage return: moto does not escape it, and an XML parser then has to read it as a line feed.
TAGS = [
    [],
    [("owner", "ana@example.com")],
    [("env", "prod"), ("cost center", "42"), ("empty", "")],
    [("note", '=HYPERLINK("http://example.com","x")'), ("@key", "+1"), ("a=b", "c=d; e")],
    [("quotes", 'say "hi", then\tgo\nhome'), ("name", "Zürich 中文 🚀"), ("path", "C:\\new\\u{41}")],
]

# name, path, age in seconds, last use in seconds before `as_of` (None: none recorded; negative: after it).
ROLES = [
    ("used-an-hour-ago", "/", 900 * DAY, HOUR),
    ("used-after-as-of", "/", 900 * DAY, -HOUR),
    ("used-just-within", "/", 900 * DAY, 90 * DAY - 1),
    ("used-at-the-threshold", "/", 900 * DAY, 90 * DAY),
    ("used-just-beyond", "/", 900 * DAY, 90 * DAY + 1),
    ("used-long-ago", "/team/a/", 900 * DAY, 399 * DAY + 5),
    ("used-beyond-the-window", "/", 2000 * DAY, 500 * DAY),
    ("none-and-young", "/", DAY, None),
    ("none-and-made-later", "/", -DAY, None),
    ("none-at-the-threshold", "/", 30 * DAY, None),
    ("none-just-beyond", "/", 30 * DAY + 1, None),
    ("none-and-old", "/service-role/", 399 * DAY, None),
    ("none-at-the-window", "/", 400 * DAY, None),
    ("none-beyond-the-window", "/", 400 * DAY + 1, None),
    ("none-and-very-old", "/", 3000 * DAY, None),
    ("AWSServiceRoleForSupport", "/aws-service-role/support.amazonaws.com/", 900 * DAY, None),
    ("AWSServiceRoleForTrustedAdvisor", "/aws-service-role/trustedadvisor.amazonaws.com/", 900 * DAY, HOUR),
    ("AWSReservedSSO_Admin_0123456789abcdef", "/aws-reserved/sso.amazonaws.com/eu-west-1/", 900 * DAY, 200 * DAY),
    ("AWSReservedSSO_Impostor_0123456789abcdef", "/", 900 * DAY, 200 * DAY),
    ("aws-controltower-ReadOnlyExecutionRole", "/", 900 * DAY, None),
    ("stacksets-exec-0123456789abcdef0123456789abcdef", "/", 900 * DAY, None),
    ("cdk-hnb659fds-deploy-role-123456789012-eu-west-1", "/", 900 * DAY, 100 * DAY),
    ("=formula", "/", 900 * DAY, None),
    ("+plus", "/", 900 * DAY, 95 * DAY),
    ("-minus", "/", 900 * DAY, 5 * DAY),
    ("@at", "/", 900 * DAY, None),
    ("with,comma=and+more@once", "/ci/", 900 * DAY, None),
]


class World:
    def __init__(self, ask):
        self.ask = ask
        self.as_of = datetime.strptime(ask["as_of"], "%Y-%m-%dT%H:%M:%SZ")
        self.audit_role = ask["audit_role"]
        self.accounts, self.roles = [], []
        self.organizations = organizations_backends[MANAGEMENT]["aws"]
        with mock.patch("moto.organizations.models.utils.make_random_account_id", side_effect=IDS):
            self.organizations.create_organization(REGION, FeatureSet="ALL")
            self.fill()

    def fill(self):
        root = self.organizations.org.root_id
        units = {"/": root}
        joined = datetime(2019, 1, 1)
        for number, (ou_path, names) in enumerate(ORGANIZATION.items()):
            parent = root
            at = ""
            for name in [part for part in ou_path.split("/") if part]:
                at += "/" + name
                if at not in units:
                    made = self.organizations.create_organizational_unit(ParentId=parent, Name=name)
                    units[at] = made["OrganizationalUnit"]["Id"]
                parent = units[at]
            for position, name in enumerate(names):
                email = f"account-{number}-{position}@example.com"
                self.organizations.create_account(AccountName=name, Email=email)
                account = self.organizations.accounts[-1]
                if ou_path != "/":
                    self.organizations.move_account(
                        AccountId=account.id, SourceParentId=root, DestinationParentId=parent
                    )
                # moto orders its pages by this time, so each account needs its own.
                joined += timedelta(days=1)
                account.create_time = joined
                state = STATES.get(name, "ACTIVE")
                if state == "SUSPENDED":
                    self.organizations.close_account(AccountId=account.id)
                account.state = state
                self.account(account.id, name, ou_path, state)
        management = self.organizations.accounts[0]
        management.create_time = datetime(2018, 1, 1)
        self.caller()
        self.account(management.id, management.name, "/", "ACTIVE")

    def caller(self):
        iam = iam_backends[MANAGEMENT]["aws"]
        iam.create_user(REGION, "scanner")
        iam.put_user_policy("scanner", "scan", self.ask["caller_policy"])
        self.key = iam.create_access_key("scanner")

    def account(self, account_id, name, ou_path, state):
        """Creates the roles of one account, and records what a report has to say of it."""
        denied = DENIED.get(name, []) if self.ask["verify"] else []
        coverage, evidence = "scanned", "authorization_details"
        if state != "ACTIVE":
            coverage = "not_active"
        elif "iam:*" in denied:
            coverage = "denied"
        elif "iam:GetRole" in denied:
            coverage, evidence = "partial", "list_roles"
        elif denied:
            evidence = "get_role"
        self.place = {"account_id": account_id, "account_name": name, "ou_path": ou_path}
        self.evidence = evidence
        first = len(self.roles)
        self.audit(account_id, denied)
        for number, (role, path, age, used) in enumerate(ROLES):
            self.role(account_id, number, role, path, age, used)
        if name == "many":
            for number in range(230):
                self.role(account_id, number, f"many-{number:03}", "/", (number + 1) * DAY, number * DAY or None)
        for role in iam_backends[account_id]["aws"].get_roles():
            if role.name == "OrganizationAccountAccessRole":
                self.set_times(role, 1000 * DAY, 45 * DAY)
                self.note(role, 1000 * DAY, 45 * DAY, [], f"aws:{MANAGEMENT}", [], [], [])
        read = coverage in ("scanned", "partial")
        if not read:
            del self.roles[first:]
        roles = self.roles[first:]
        self.accounts.append(
            self.place
            | {
                "state": state,
                "coverage": coverage,
                "roles": str(len(roles)) if read else "",
                "flagged": str(sum(role["disposition"] == "flagged" for role in roles)) if read else "",
            }
        )

    def audit(self, account_id, denied):
        """The audit role. Calls with its credentials mark it as used, so the scan decides its last use."""
        iam = iam_backends[account_id]["aws"]
        # moto checks trust only for roles in the caller's own account, and accepts only the caller's own ARN as principal.
        principal = {"AWS": f"arn:aws:iam::{MANAGEMENT}:user/scanner"}
        made = iam.create_role(self.audit_role, trust(principal), "/", None, "", [], "3600")
        iam.put_role_policy(self.audit_role, "reads", self.ask["audit_policy"])
        if denied:
            statement = {"Effect": "Deny", "Action": denied, "Resource": "*"}
            document = {"Version": "2012-10-17", "Statement": [statement]}
            iam.put_role_policy(self.audit_role, "denied", json.dumps(document))
        self.set_times(made, 100 * DAY, None)
        names = ["reads", "denied"] if denied else ["reads"]
        trusted = f"aws:{principal['AWS']}"
        self.note(made, 100 * DAY, "by the scan", [], trusted, [], [], names)

    def role(self, account_id, number, name, path, age, used):
        iam = iam_backends[account_id]["aws"]
        tags = TAGS[number % len(TAGS)]
        trusted, principal = TRUSTS[number % len(TRUSTS)]
        made = iam.create_role(
            name, trust(principal), path, None, f"role {number}", [{"Key": k, "Value": v} for k, v in tags], "3600"
        )
        attached, inline, profiles = [], [], []
        if number % 3 == 1:
            for suffix in ["read", "=write"][: number % 2 + 1]:
                policy = f"{suffix}-{name[:40]}"
                document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
                arn = iam.create_policy("", "/team/", json.dumps(document), policy, []).arn
                iam.attach_role_policy(arn, name)
                attached.append(arn)
        if number % 4 == 2:
            statement = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/%2F+é&<x>/*"}
            iam.put_role_policy(name, "inline", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
            inline.append("inline")
        if number % 5 == 0:
            iam.create_instance_profile(f"profile-{name[:40]}", "/", [name])
            profiles.append(f"profile-{name[:40]}")
        self.set_times(made, age, used)
        self.note(made, age, used, tags, trusted, attached, profiles, inline)

    def set_times(self, role, age, used):
        role.create_date = self.as_of - timedelta(seconds=age)
        if used is not None:
            role.last_used = self.as_of - timedelta(seconds=used)
            role.last_used_region = "eu-central-1"

    def note(self, role, age, used, tags, trusted, attached, profiles, inline):
        """The expected row of a role: texts for cells, lists for list cells, pairs for tags, and None if it is not determined."""
        by_the_scan = used == "by the scan"
        path = role.path
        cells = self.place | {
            "role_arn": f"arn:aws:iam::{self.place['account_id']}:role{path}{role.name}",
            "role_id": role.id,
            "role_name": role.name,
            "path": path,
            "created_at": stamp(role.create_date),
            "tags": [list(pair) for pair in tags],
            "trust": trusted,
            "attached_policies": attached,
            "instance_profiles": profiles,
            "inline_policies": inline,
            "threshold_rule": "default",
            "evidence": self.evidence,
        }
        aged = max(0, age)
        if self.evidence == "list_roles":
            use = {"last_use": "not_collected", "last_used_at": "", "last_used_region": ""}
            idle, minimum, days = None, "", self.ask["inactive_after_days"]
            status = "unknown"
        elif by_the_scan or used is not None:
            at = None if by_the_scan else stamp(role.last_used)
            use = {"last_use": "used", "last_used_at": at, "last_used_region": "" if by_the_scan else "eu-central-1"}
            idle, minimum, days = 0 if by_the_scan else max(0, used), "false", self.ask["inactive_after_days"]
            status = "inactive" if idle > days * DAY else "active"
        else:
            use = {"last_use": "none_recorded", "last_used_at": "", "last_used_region": ""}
            idle, minimum = min(aged, WINDOW), "true" if aged > WINDOW else "false"
            days = self.ask["unused_after_days"]
            status = "unused" if aged > days * DAY else "new"
        if path.startswith(("/aws-service-role/", "/aws-reserved/")) or role.name == self.audit_role:
            disposition = "protected"
        else:
            disposition = {"unknown": "undetermined", "inactive": "flagged", "unused": "flagged"}.get(status, "none")
        if self.evidence != "authorization_details":
            cells |= {"attached_policies": [], "instance_profiles": [], "inline_policies": []}
        if self.evidence == "list_roles":
            cells["tags"] = []
        self.roles.append(
            cells
            | use
            | {
                "idle_days": "" if idle is None else str(idle // DAY),
                "idle_days_is_minimum": minimum,
                "status": status,
                "disposition": disposition,
                # The text may be anything, but it must not be empty.
                "disposition_reason": "" if disposition == "none" else None,
                "age_days": str(aged // DAY),
                "threshold_days": str(days),
            }
        )


def trust(principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def stamp(moment):
    return moment.replace(tzinfo=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    ask = json.loads(sys.stdin.readline())
    world = World(ask)
    if ask["verify"]:
        moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    said = {
        "port": server.get_host_and_port()[1],
        "region": REGION,
        "organization_id": world.organizations.org.id,
        "management_account_id": MANAGEMENT,
        "access_key_id": world.key.access_key_id,
        "secret_access_key": world.key.secret_access_key,
        "accounts": world.accounts,
        "roles": world.roles,
    }
    print(json.dumps(said), flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
