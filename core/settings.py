"""What an installation is told from outside: where its data lies, and which XPM it talks to.

Everything comes from environment variables, or from a file of the same names, `settings.env`, in the data folder.
Practice-wide choices (thresholds, rules, the local source) are not here but in the store.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.model import OutsideFailed, TieoutError

#: Between the account and the host of an address.
_PASSWORD = re.compile("//([^:/@]*):[^@]*@")

ROOT = Path(__file__).resolve().parent.parent
REAL_XPM = "https://api.xero.com/practicemanager/3.1"


class SettingsWrong(TieoutError):
    """An environment variable or a line of settings.env cannot be used."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"The setting {name} cannot be used: {what}. Correct it and start again.")


class DataFolderClosed(OutsideFailed):
    """The data folder cannot be made or written to."""

    def __init__(self, folder: Path, error: OSError) -> None:
        why = (error.strerror or type(error).__name__).lower()
        super().__init__(
            f"The data folder {folder} cannot be used: {why}. Name another one with TIEOUT_DATA_DIR, or let this "
            "account write to it."
        )


class Settings(BaseSettings):
    """Read once at start; `doctor` and the Connection page show them without the secrets."""

    model_config = SettingsConfigDict(env_prefix="TIEOUT_", extra="ignore", frozen=True)

    data_dir: Path = ROOT / "data" / "practice"
    database_url: str = ""
    xpm_url: str = REAL_XPM
    identity_url: str = Field(default="", description="sign-in address of a sandbox; Xero's own otherwise")
    connections_url: str = Field(default="", description="account list of a sandbox; Xero's own otherwise")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    redirect_uri: str = "http://127.0.0.1:8501/oauth/callback"
    xpm_mode: Literal["xml", "json"] = "xml"
    key: SecretStr = SecretStr("")
    worker: bool = True
    practice: str = Field(default="", description="the practice to open when there are several")
    user: str = Field(default="", description="who acts, on a computer with one user")
    smtp_host: str = Field(default="", description="the mail server that documents are sent by; empty: none")
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = Field(default="", description="the sender's address")
    smtp_ca: str = Field(default="", description="file of the mail server's own certificate authority")

    @property
    def is_sandbox(self) -> bool:
        """Whether anything but Xero's own service is called; every page says so in red."""
        return self.xpm_url.rstrip("/") != REAL_XPM

    @cached_property
    def database(self) -> str:
        """The database address; SQLite in the data folder unless another one is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tieout.db'}"

    def make_folder(self) -> Path:
        """The data folder, made when it is missing. Raises DataFolderClosed."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataFolderClosed(self.data_dir, error) from error
        return self.data_dir

    def describe(self) -> dict[str, str]:
        """Every setting by its name, as people may see it: secrets and the database's password are stars."""
        shown = {name: str(value) for name, value in self.model_dump().items()}
        return shown | {"database_url": _PASSWORD.sub("//\\1:***@", self.database_url)}

    @property
    def actor(self) -> str:
        """The name that decisions and runs carry on this computer."""
        return self.user or os.environ.get("USER") or os.environ.get("USERNAME") or "admin"


def read_settings(data_dir: Path | None = None) -> Settings:
    """The settings in force; `data_dir` overrides the environment. Raises SettingsWrong naming the variable."""
    folder = data_dir or Path(os.environ.get("TIEOUT_DATA_DIR") or ROOT / "data" / "practice")
    try:
        return Settings(_env_file=folder / "settings.env", data_dir=folder)  # type: ignore[call-arg]  # pydantic's own
    except ValidationError as error:
        first = error.errors()[0]
        name = "TIEOUT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsWrong(name, first["msg"].lower()) from None
