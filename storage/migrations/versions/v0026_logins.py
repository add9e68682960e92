"""When an account is to log in, and what a login that asks a person goes on from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = TIMESTAMP(timezone=True)
OF_ACCOUNTS = ("session_at", "check_at", "login_at", "login_begun_at")
KEEPS_NOTHING = op.f("ck_login_questions_a_code_is_not_kept")


def upgrade() -> None:
    for name in OF_ACCOUNTS:
        op.add_column("accounts", sa.Column(name, MOMENT, nullable=True))
    op.create_check_constraint(
        op.f("ck_accounts_only_a_login_that_is_needed_is_begun"),
        "accounts",
        "login_at IS NOT NULL OR login_begun_at IS NULL",
    )
    op.execute("UPDATE accounts SET session_at = configured_at WHERE session IS NOT NULL")
    op.add_column("login_questions", sa.Column("state", sa.LargeBinary(), nullable=True))
    for name in ("can_resend", "new_code_wanted"):
        op.add_column(
            "login_questions", sa.Column(name, sa.Boolean(), server_default="false", nullable=False)
        )
    _keep_nothing("settled_at IS NULL OR (answer IS NULL AND state IS NULL)")


def downgrade() -> None:
    _keep_nothing("settled_at IS NULL OR answer IS NULL")
    for name in ("state", "can_resend", "new_code_wanted"):
        op.drop_column("login_questions", name)
    op.drop_constraint(
        op.f("ck_accounts_only_a_login_that_is_needed_is_begun"), "accounts", type_="check"
    )
    for name in OF_ACCOUNTS:
        op.drop_column("accounts", name)


def _keep_nothing(condition: str) -> None:
    op.drop_constraint(KEEPS_NOTHING, "login_questions", type_="check")
    op.create_check_constraint(KEEPS_NOTHING, "login_questions", condition)
