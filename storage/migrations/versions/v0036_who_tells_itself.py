"""Who has committed new notices may tell of them afterwards: see `storage/signals.py`."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

UNLESS = "current_setting('postbote.tells_itself', true) IS DISTINCT FROM 'on'"


def upgrade() -> None:
    _tell_of_new_ones(UNLESS)


def downgrade() -> None:
    _tell_of_new_ones("true")


def _tell_of_new_ones(condition: str) -> None:
    op.execute("DROP TRIGGER tells_of_new_ones ON notices")
    op.execute(
        "CREATE TRIGGER tells_of_new_ones AFTER INSERT ON notices FOR EACH STATEMENT"
        f" WHEN ({condition}) EXECUTE FUNCTION postbote_tell('postbote_notices')"
    )
