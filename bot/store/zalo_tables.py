"""What has to be kept of Zalo: the pair of tokens, when each resident was last in touch, pictures uploaded."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class ZaloToken(Table):
    """The tokens of one app, sealed. `version` grows with every new pair. `owner` alone may ask for the next pair until
    `owned_until`. `given` is a hash of the setting that the refresh token first came from. `problem` is why an
    administrator of the account must give consent again."""

    __tablename__ = "zalo_token"

    app: Mapped[str] = mapped_column(primary_key=True)
    access: Mapped[str | None]
    refresh: Mapped[str]
    version: Mapped[int]
    renewed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    owner: Mapped[str | None]
    owned_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    given: Mapped[str | None]
    problem: Mapped[str | None]
    alarmed_at: Mapped[datetime | None]


class ZaloChat(Table):
    """One resident of the account. `last_at`: when they were last in touch. `remaining`: free replies that are left,
    where Zalo says so. `closed`: Zalo refused a message since. `template_at`: when a template last went out."""

    __tablename__ = "zalo_chat"

    chat: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]
    follows: Mapped[bool | None]
    remaining: Mapped[int | None]
    closed: Mapped[bool] = mapped_column(default=False)
    template_at: Mapped[datetime | None]


class ZaloUpload(Table):
    """A picture of ours that Zalo has; it forgets it after seven days."""

    __tablename__ = "zalo_upload"

    digest: Mapped[str] = mapped_column(primary_key=True)
    attachment: Mapped[str]
    until: Mapped[datetime]
