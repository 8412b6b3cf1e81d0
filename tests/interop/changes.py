"""Compares the classes that changes.sql computes over two reports in the working directory with the table of `diff`.

Prints one JSON object: how many roles each table of roles has, how many rows each side has for each change, and the first rows that only one
of them has.
"""

import json
import pathlib

import duckdb

database = duckdb.connect()
database.execute(pathlib.Path(__file__).with_suffix(".sql").read_text())


def rows(query):
    return [list(row) for row in database.execute(query).fetchall()]


def counted(table):
    return dict(rows(f"SELECT change, count(*) FROM {table} GROUP BY change ORDER BY change"))


print(
    json.dumps(
        {
            "roles": [rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("before", "after")],
            "computed": counted("computed"),
            "printed": counted("printed"),
            "only_computed": rows("(FROM computed EXCEPT ALL FROM printed) LIMIT 10"),
            "only_printed": rows("(FROM printed EXCEPT ALL FROM computed) LIMIT 10"),
        }
    )
)
