"""Where lists are published: the rows of `data/sources.toml`, or of the file STREAMER_SOURCES_FILE names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from streamer.watchlists import PARSERS
from streamer.watchlists.entity import InvalidList

SHRINK_SHARE_MAX: Final = 0.10
"""A list that loses more than this share of its entries is refused unless a person says why."""

_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_Share = Annotated[float, Field(ge=0, le=1)]


class Source(BaseModel):
    """One row: a list, where it is published, and what would make us refuse it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    list: _Name
    title: str
    jurisdiction: str
    kind: str
    url: Annotated[str, Field(pattern=r"^https://[^\s/@]+/\S*$")]
    files: Annotated[Mapping[str, str], Field(min_length=1, max_length=20)]
    """Name of the file -> what is appended to `url`."""
    optional: frozenset[str] = frozenset()
    default: bool = False
    poll_minutes: Annotated[float, Field(ge=0.01, le=7 * 24 * 60)]
    entries: tuple[int, int]
    """Fewest and most."""
    shrink_share_max: _Share = SHRINK_SHARE_MAX
    age_hours_max: Annotated[float, Field(gt=0)]
    bytes_max: Annotated[int, Field(ge=1, le=4 * 1024**3)]
    begins: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _list_by_name(cls, row: object) -> object:
        return {"list": row.get("name"), **row} if isinstance(row, dict) else row

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.kind not in PARSERS:
            raise ValueError(f"kind {self.kind!r} is unknown; the kinds are {', '.join(PARSERS)}")
        if not 0 < self.entries[0] <= self.entries[1]:
            raise ValueError("entries must be [fewest, most]")
        if any(name in ("", "..") or PurePosixPath(name).name != name for name in self.files):
            raise ValueError("files must be plain names of files")
        if len(self.files) > 1 and not PARSERS[self.kind].is_directory:
            raise ValueError(f"kind {self.kind} reads one file")
        if not self.optional < set(self.files):
            raise ValueError("optional must name some of files")
        try:
            re.compile(self.begins.encode())
        except re.error as error:
            raise ValueError(f"begins is no pattern: {error}") from None
        return self

    @property
    def is_folder(self) -> bool:
        """Its parser reads a folder, not a file."""
        return PARSERS[self.kind].is_directory


def sources(path: Path | None = None) -> Mapping[str, Source]:
    """Name -> row; of the shipped table where no path is given. Raises InvalidList naming row, key and cure."""
    where = str(path) if path else "the shipped sources"
    try:
        text = (
            path.read_text("utf-8") if path else resources("streamer.data").joinpath("sources.toml").read_text("utf-8")
        )
        content = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and what is no UTF-8
        raise InvalidList(f"sources {where}: not TOML: {error}") from None
    if set(content) != {"source"} or not isinstance(content["source"], list):
        raise InvalidList(
            f"sources {where}: must hold [[source]] rows and nothing else; see streamer/data/sources.toml"
        )
    rows: dict[str, Source] = {}
    for n, row in enumerate(content["source"], start=1):
        try:
            source = Source.model_validate(row)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"]) or "row"
            name = row.get("name") if isinstance(row, dict) else None
            raise InvalidList(f"sources {where}: row {n} ({name}): {key}: {first['msg']}") from None
        if source.name in rows:
            raise InvalidList(f"sources {where}: the name {source.name} stands twice")
        rows[source.name] = source
    return rows
