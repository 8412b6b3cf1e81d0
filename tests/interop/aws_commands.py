"""Checks commands of the AWS CLI against the models of AWS's services in botocore, without running them.

Reads one command per line from stdin. Prints a line for each mistake: an operation or a flag that does not exist, a required flag that
is missing, a value that is none of the possible ones, a parameter that a template does not have or needs.

The first argument is the folder of the templates.
"""

import shlex
import sys
from pathlib import Path

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


def parameters(template):
    """The parameters of a template, and whether each has a default."""
    found = {}
    inside = False
    for line in template.read_text().splitlines():
        if line and not line.startswith((" ", "#")):
            inside = line == "Parameters:"
        elif inside and line.startswith("  ") and line[2] not in " #":
            name = line.strip().rstrip(":")
            found[name] = False
        elif inside and line.strip().startswith("Default:"):
            found[name] = True
    return found


def wrong_parameters(flags):
    known = parameters(Path(sys.argv[1]) / flags["template-file"][0])
    given = {value.partition("=")[0] for value in flags.get("parameter-overrides", [])}
    yield from (f"no parameter {name}" for name in sorted(given - known.keys()))
    yield from (f"the parameter {name} is missing" for name, default in known.items() if not default and name not in given)


def mistakes(words):
    program, service, name, *rest = words
    if program != "aws":
        yield f"the program is {program}"
    if (service, name) == ("cloudformation", "deploy"):
        flags = flags_of(rest)
        yield from (f"no flag --{flag}" for flag in flags.keys() - GLOBAL - DEPLOY)
        yield from wrong_parameters(flags)
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
        is_list = shapes[flag].type_name == "list"
        if not flags[flag] or (len(flags[flag]) != 1 and not is_list):
            yield f"--{flag} has {len(flags[flag])} values"


for line in sys.stdin:
    for mistake in mistakes(shlex.split(line)):
        print(f"{line.strip()}: {mistake}")
