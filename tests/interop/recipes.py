"""Runs a recipe of docs/spreadsheets.md in the working directory, and prints the tables that it makes.

Reads one JSON object from stdin: `kind` and the recipe's text. Prints one JSON object: for each file, its columns and its rows.
A cell is a text, a number, or null if the program says that it has no value.
"""

import json
import sys


def pandas_tables(recipe):
    import pandas

    names = {}
    exec(compile(recipe, "recipe", "exec"), names)

    def cell(value):
        if pandas.isna(value):
            return None
        return value if isinstance(value, str) else int(value)

    return {
        file: {
            "columns": list(names[name].columns),
            "rows": [[cell(value) for value in row] for row in names[name].itertuples(index=False)],
        }
        for file, name in TABLES.items()
    }


def duckdb_tables(recipe):
    import duckdb

    database = duckdb.connect()
    database.execute(recipe)
    tables = {}
    for file, name in TABLES.items():
        result = database.execute(f"SELECT * FROM {name}")
        columns = [column[0] for column in result.description]
        tables[file] = {"columns": columns, "rows": [list(row) for row in result.fetchall()]}
    return tables


def workbook_tables(_):
    """The workbooks that LibreOffice's commands have written."""
    import openpyxl

    tables = {}
    for file, name in TABLES.items():
        rows = openpyxl.load_workbook(f"{name}.xlsx").active.iter_rows(values_only=True)
        tables[file] = {"columns": list(next(rows)), "rows": [list(row) for row in rows]}
    return tables


def plain_tables(recipe):
    """The texts behind the cells: the recipe's functions, applied to the cells as the csv module reads them."""
    import csv

    import pandas

    tables = {}
    for file, name in TABLES.items():
        with open(file, encoding="utf-8-sig", newline="") as lines:
            columns, *rows = csv.reader(lines)
        tables[file] = {"columns": columns, "rows": rows}
    roles = tables["roles.csv"]
    names = {"roles": pandas.DataFrame(roles["rows"], columns=roles["columns"], dtype="string")}
    exec(compile(recipe, "recipe", "exec"), names)
    role_names = list(names["roles"]["role_name"])
    for table in tables.values():
        for row in table["rows"]:
            for at, column in enumerate(table["columns"]):
                if column == "tags":
                    row[at] = names["tags"](row[at])
                elif column in ("attached_policies", "inline_policies", "instance_profiles"):
                    row[at] = names["items"](row[at])
                else:
                    row[at] = names["plain"](row[at])
    assert role_names == [row[roles["columns"].index("role_name")] for row in roles["rows"]]
    return tables


TABLES = {"roles.csv": "roles", "accounts.csv": "accounts"}
KINDS = {"pandas": pandas_tables, "duckdb": duckdb_tables, "workbooks": workbook_tables, "plain": plain_tables}

if __name__ == "__main__":
    asked = json.load(sys.stdin)
    # A cell that became a date is printed too, as a difference.
    json.dump(KINDS[asked["kind"]](asked["recipe"]), sys.stdout, default=repr)
