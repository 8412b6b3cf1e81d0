"""Checks commands of the AWS CLI against the models of AWS's services in botocore, without running them.

Reads one command per line from stdin. Prints a line for each mistake: an operation or a flag that does not exist, a required flag that
is missing, a value that is none of the possible ones.
"""

import shlex
import sys

import botocore.session
from botocore import xform_name

GLOBAL = {"region", "query", "output"}
# `deploy` is made of several operations, and is no operation itself (AWS CLI reference, `cloudformation deploy`).
DEPLOY = {"stack-name", "template-file", "capabilities", "parameter-overrides", "tags"}

session = botocore.session.get_session()


def operations(service):
    model = session.get_service_model(service)
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def flags_of(words):
    flags = {}
    for word in words:
        if word.startswith("--"):
            values = flags.setdefault(word[2:], [])
        else:
            values.append(word)
    return flags


def mistakes(words):
    program, service, name, *rest = words
    if program != "aws":
        yield f"the program is {program}"
    if (service, name) == ("cloudformation", "deploy"):
        yield from (f"no flag --{flag}" for flag in flags_of(rest).keys() - GLOBAL - DEPLOY)
        return
    if name == "wait":
        waiter, *rest = rest
        waiters = session.create_client(service, region_name="us-east-1").waiter_names
        if waiter.replace("-", "_") not in waiters:
            yield f"no waiter {waiter}"
            return
        name = "describe-stacks"
    operation = operations(service).get(name)
    if operation is None:
        yield f"no operation {name}"
        return
    members = operation.input_shape.members if operation.input_shape else {}
    required = {xform_name(key, "-") for key in (operation.input_shape.required_members if members else [])}
    shapes = {xform_name(key, "-"): shape for key, shape in members.items()}
    flags = flags_of(rest)
    yield from (f"no flag --{flag}" for flag in flags.keys() - GLOBAL - shapes.keys())
    yield from (f"--{flag} is missing" for flag in required - flags.keys())
    for flag in flags.keys() & shapes.keys():
        possible = getattr(shapes[flag], "enum", None)
        yield from (f"--{flag} {value}: one of {possible}" for value in flags[flag] if possible and value not in possible)
        if len(flags[flag]) != 1 and shapes[flag].type_name != "list":
            yield f"--{flag} has {len(flags[flag])} values"


for line in sys.stdin:
    for mistake in mistakes(shlex.split(line)):
        print(f"{line.strip()}: {mistake}")
