"""Who was told that edits are followed, which update made a link, what approvers' cards show."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.Column("knows_of_edits", sa.Boolean, nullable=False, server_default="false")
    op.add_column("users", known)
    for links in ("invitations", "approval_links"):
        op.add_column(links, sa.Column("update_id", sa.BigInteger, nullable=True))
    op.add_column("team_cards", sa.Column("revision", sa.BigInteger, nullable=True))


def downgrade() -> None:
    op.drop_column("team_cards", "revision")
    for links in ("approval_links", "invitations"):
        op.drop_column(links, "update_id")
    op.drop_column("users", "knows_of_edits")
