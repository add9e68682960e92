"""The topic of a conversation, and of each message what tells edits and pieces of texts apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = postgresql.TIMESTAMP(timezone=True)
    op.add_column("scheduled_posts", sa.Column("thread_id", sa.BigInteger(), nullable=True))
    op.add_column("scheduled_posts", sa.Column("delete_asked_at", time, nullable=True))
    op.add_column("inbox", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("person_id", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("sent_at", time, nullable=True))
    op.add_column("inbox", sa.Column("text_units", sa.BigInteger(), nullable=True))
    op.add_column("inbox", sa.Column("digest", sa.Text(), nullable=True))
    op.create_index("ix_inbox_messages", "inbox", ["chat_id", "message_id"])


def downgrade() -> None:
    op.drop_index("ix_inbox_messages", table_name="inbox")
    for column in ("digest", "text_units", "sent_at", "person_id", "message_id"):
        op.drop_column("inbox", column)
    op.drop_column("scheduled_posts", "delete_asked_at")
    op.drop_column("scheduled_posts", "thread_id")
