"""What the engine needs to know of a kind of record in order to match it; clients, staff and work each fill it in."""

from __future__ import annotations

from typing import Any, Protocol

from .candidates import Candidates
from .explain import Line
from .progress import Progress


class Method(Protocol):
    """How one kind is read, looked up, compared and explained. A record is whatever `read` makes of a row."""

    @property
    def shares(self) -> bool:
        """Whether several left records may have one partner, as processes do."""
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the evidence, in the order `compare` gives it."""
        ...

    @property
    def bins(self) -> dict[str, tuple[float, ...]]:
        """Where the bins of each feature begin."""
        ...

    @property
    def lines(self) -> tuple[Line, ...]:
        """How the evidence is shown."""
        ...

    def read(self, row: dict[str, str]) -> Any:
        """One row of texts as a record."""
        ...

    def learn(self, left: list[Any], right: list[Any]) -> Any:
        """What both lists together tell about single pairs."""
        ...

    def find(self, left: list[Any], right: list[Any], on_progress: Progress, workers: int = 1) -> Candidates:
        """The pairs worth comparing; `workers` threads may look for them."""
        ...

    def compare(self, left: Any, right: Any, context: Any) -> tuple[float, ...]:
        """The evidence of one pair, one value per feature."""
        ...

    def hard(self, values: tuple[float, ...]) -> tuple[str, ...]:
        """Features whose values forbid the bands certain and likely."""
        ...

    def ceiling(self, values: tuple[float, ...]) -> float:
        """The highest score this evidence may reach, 1 when nothing holds it down."""
        ...

    def model(self, left: list[Any], right: list[Any]) -> str:
        """The name of the shipped model that suits what the lists hold."""
        ...
