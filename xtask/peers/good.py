"""Finds inactive roles as a good Python programmer would: one Session, GetAccountAuthorizationDetails, 32 threads.

Usage: good.py ROLE_NAME [NOW], with the same output as tests/interop/naive.py: a line of JSON for each inactive role, and for each
account that could not be read.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

THREADS = 32
LIMIT = timedelta(days=90)
CONFIG = Config(max_pool_connections=THREADS, retries={"mode": "adaptive", "max_attempts": 10})

role_name = sys.argv[1]
now = datetime.fromisoformat(sys.argv[2].replace("Z", "+00:00")) if len(sys.argv) > 2 else datetime.now(timezone.utc)
# One Session, so that the services' descriptions are read and parsed only once. All clients are made from it, one for each account,
# because a client is bound to its credentials.
session = boto3.Session()
sts = session.client("sts", config=CONFIG)
partition = sts.get_caller_identity()["Arn"].split(":")[1]


def inactive_roles(account_id):
    arn = f"arn:{partition}:iam::{account_id}:role/{role_name}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="good")["Credentials"]
    iam = session.client(
        "iam",
        config=CONFIG,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    found = []
    paginator = iam.get_paginator("get_account_authorization_details")
    for page in paginator.paginate(Filter=["Role"], PaginationConfig={"PageSize": 1000}):
        for role in page["RoleDetailList"]:
            used = role.get("RoleLastUsed", {}).get("LastUsedDate")
            if used is None or now - used > LIMIT:
                found.append(role["Arn"])
    return found


def account_ids():
    for page in session.client("organizations", config=CONFIG).get_paginator("list_accounts").paginate():
        for account in page["Accounts"]:
            yield account["Id"]


with ThreadPoolExecutor(THREADS) as pool:
    under_way = [(account_id, pool.submit(inactive_roles, account_id)) for account_id in account_ids()]
    for account_id, future in under_way:
        try:
            for arn in future.result():
                print(json.dumps({"role": arn}))
        except ClientError as error:
            print(json.dumps({"account": account_id, "error": error.response["Error"]["Code"]}))
