"""Finds inactive roles the naive way: for each account assume the role, list its roles, get each role, compare with 90 days.

Uses only boto3. The environment decides which AWS it calls, and with which identity.
Usage: naive.py ROLE_NAME [NOW], with NOW as 2026-11-22T00:00:00Z. Prints a line of JSON for each inactive role, and for each
account that could not be read.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import ClientError

role_name = sys.argv[1]
now = datetime.fromisoformat(sys.argv[2].replace("Z", "+00:00")) if len(sys.argv) > 2 else datetime.now(timezone.utc)
limit = timedelta(days=90)
sts = boto3.client("sts")
partition = sts.get_caller_identity()["Arn"].split(":")[1]


def inactive_roles(account_id):
    arn = f"arn:{partition}:iam::{account_id}:role/{role_name}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="naive")["Credentials"]
    iam = boto3.client(
        "iam",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    for page in iam.get_paginator("list_roles").paginate():
        for listed in page["Roles"]:
            role = iam.get_role(RoleName=listed["RoleName"])["Role"]
            used = role.get("RoleLastUsed", {}).get("LastUsedDate")
            if used is None or now - used > limit:
                yield role["Arn"]


for page in boto3.client("organizations").get_paginator("list_accounts").paginate():
    for account in page["Accounts"]:
        try:
            for arn in list(inactive_roles(account["Id"])):
                print(json.dumps({"role": arn}))
        except ClientError as error:
            print(json.dumps({"account": account["Id"], "error": error.response["Error"]["Code"]}))
