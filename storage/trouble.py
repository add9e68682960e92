"""What a database cannot do for us, in one sentence each, and whether waiting may help."""

import psycopg2
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from storage.connection import parameters, place
from storage.probe import first_line, may_pass, refusal
from storage.sentences import Sentence

OLDEST = 120_000
"""server_version_num of the oldest PostgreSQL that the tests have been run on."""

FINAL = ("0A", "22", "28", "3D", "3F", "42501", "42704")
"""SQLSTATEs, or their classes, that stay until a person changes something.

Others pass, such as 53 (too many connections), 57 (starting up), 08 (connection lost).
"""
OURS = ("23", "42")
"""Classes of other mistakes, which would be ours once we are connected."""

POOLER = "08P01"
"""pgbouncer has this one code for everything; its words say what will not pass."""
POOLER_REFUSES = ("unsupported startup", "authentication failed", "no such", "does not exist")

ADVICE = {
    "28P01": Sentence("Check user and password in DATABASE_URL."),
    "28000": Sentence("Check the user in DATABASE_URL, and the server's pg_hba.conf."),
    "3D000": Sentence("Create the database, or correct its name in DATABASE_URL."),
    "3F000": Sentence("Create the schema that search_path names, or correct DATABASE_URL."),
    "42501": Sentence("Grant the role what is missing, or let it own the database."),
}

SERVER = text("""
    SELECT current_setting('server_version_num')::int AS version,
        current_setting('server_encoding') AS encoding,
        pg_is_in_recovery() AS is_standby,
        current_setting('transaction_read_only')::bool AS is_read_only,
        current_setting('default_transaction_read_only')::bool
            AND source IN ('user', 'database user', 'client') AS is_read_only_role,
        current_schema() AS schema, current_user AS role
    FROM pg_settings WHERE name = 'default_transaction_read_only'
""")


class DatabaseTroubleError(RuntimeError):
    """Why the database cannot be used, in one sentence; `is_transient`: waiting may help."""

    def __init__(self, sentence: str, *, is_transient: bool) -> None:
        super().__init__(sentence)
        self.is_transient = is_transient


def check_server(connection: Connection) -> None:
    """Raises DatabaseTroubleError unless this server can keep our tables."""
    server = connection.execute(SERVER).one()
    if server.version < OLDEST:
        old, oldest = server.version // 10_000, OLDEST // 10_000
        raise _final(
            Sentence(
                "PostgreSQL {old} is too old: Postbote needs {oldest} or later.",
                old=old,
                oldest=oldest,
            )
        )
    if server.encoding != "UTF8":
        raise _final(
            Sentence(
                "The database's encoding is {encoding}, which cannot hold every caption:"
                " create it with ENCODING 'UTF8' TEMPLATE template0.",
                encoding=server.encoding,
            )
        )
    if server.is_read_only_role:
        raise _final(
            Sentence(
                "The role {role} may only read (default_transaction_read_only is on for"
                " it): ALTER ROLE {role} RESET default_transaction_read_only, or use"
                " another.",
                role=server.role,
            )
        )
    if server.is_standby or server.is_read_only:
        standby = Sentence("the database is a standby at the moment")
        closed = Sentence("the database is read-only at the moment")
        sentence = standby if server.is_standby else closed
        raise DatabaseTroubleError(sentence, is_transient=True)
    if server.schema is None:
        raise _final(
            Sentence("There is no schema for the tables. {advice}", advice=ADVICE["3F000"])
        )


def explain(error: BaseException, url: str) -> DatabaseTroubleError | None:
    """What is the matter with the database; None if the error says nothing about it. Blocks."""
    if isinstance(error, DatabaseTroubleError):
        return error
    if isinstance(error, NoConnectionLeft):
        return DatabaseTroubleError(Sentence("all connections are taken"), is_transient=True)
    if not isinstance(error, DBAPIError):
        return None
    given, said = parameters(url), error.orig
    if isinstance(said, psycopg2.Error) and said.pgcode is not None:
        code, words = said.pgcode, said.diag.message_primary or said.pgcode
        if code.startswith(OURS) and not code.startswith(FINAL):
            return None
    else:
        code, words = refusal(given)
    refused = code.startswith(OURS)  # at the door, where nothing of ours is looked at yet
    refused |= code == POOLER and any(what in words for what in POOLER_REFUSES)
    if refused or code.startswith(FINAL) or (words and not code and not may_pass(given)):
        advice = ADVICE.get(code, Sentence("Check DATABASE_URL."))
        return _final(
            Sentence(
                "Postgres at {place} refuses: {words}. {advice}",
                place=place(given),
                words=words,
                advice=advice,
            )
        )
    words = words or first_line(str(said))
    return DatabaseTroubleError(
        Sentence("Postgres at {place}: {words}", place=place(given), words=words), is_transient=True
    )


def _final(sentence: str) -> DatabaseTroubleError:
    return DatabaseTroubleError(sentence, is_transient=False)
