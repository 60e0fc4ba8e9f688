"""Reads a view with ADBC as two callers, one by a token, one by a name and a password, and prints what it got as JSON."""
import json
import os
import sys

import adbc_driver_flightsql.dbapi as flight
from adbc_driver_flightsql import DatabaseOptions

address, query = sys.argv[1:]


def connect(**options):
    return flight.connect(address, db_kwargs=options, autocommit=True)


def bearer(token):
    return {DatabaseOptions.AUTHORIZATION_HEADER.value: "Bearer " + token}


def rows(sql, parameters=None, **options):
    with connect(**options) as connection, connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [[None if cell is None else str(cell) for cell in row] for row in cursor.fetchall()]


def refusal(sql, **options):
    try:
        rows(sql, **options)
    except flight.Error as error:
        return str(error)
    return "let in"


token = bearer(os.environ["TOKEN"])
print(
    json.dumps(
        {
            "token": rows(query, **token),
            "password": rows(query, username=os.environ["NAME"], password=os.environ["PASSWORD"]),
            "parameter": rows("SELECT name FROM crm.contacts WHERE id = ?", (1,), **token),
            "stranger": refusal(query, **bearer(os.environ["STRANGER"])),
            "nobody": refusal(query, **bearer("nobody")),
        }
    )
)
