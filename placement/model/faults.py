"""A list of what is wrong, kept while the input is read."""

import difflib
from collections.abc import Collection, Iterable

from placement.errors import MOST_FAULTS_KEPT, Fault, InputError
from placement.units import printable, shown

__all__ = ["BadValueError", "Faults", "did_you_mean"]

MOST_NAMES_COMPARED = 20_000
MOST_COMPARISONS = 100_000  # of names with names, in all hints of one reading
LONGEST_PLACE = 300


class BadValueError(ValueError):
    """A value is refused, perhaps in several places inside it.

    Parameters
    ----------
    *faults : tuple of (str, str)
        Place within the value, such as ``[2].node``, and message.
    """

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*faults)
        self.faults = faults


class Faults:
    """Collects faults; the first thousand are kept and all are counted."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.n_faults = 0
        self.n_comparisons = 0

    def __bool__(self) -> bool:
        return self.n_faults > 0

    def add(self, place: str, message: str) -> None:
        """Note one fault."""
        self.n_faults += 1
        if len(self.kept) < MOST_FAULTS_KEPT:
            if len(place) > LONGEST_PLACE:
                place = place[:LONGEST_PLACE] + "…"
            self.kept.append(Fault(printable(place), message))

    def add_error(self, place: str, error: ValueError) -> None:
        """Note what a refused value says of itself."""
        if isinstance(error, BadValueError):
            for inner, message in error.faults:
                self.add(place + inner, message)
        else:
            self.add(place, str(error))

    def unknown(self, place: str, name: str, known: Collection[str], what: str) -> None:
        """Note a name that is not known."""
        self.add(place, f"{shown(name)} is not {what}{self.hint(name, known)}")

    def hint(self, name: object, known: Collection[str]) -> str:
        """Return what `did_you_mean` says, as long as that does not take too long in all."""
        if self.n_faults >= MOST_FAULTS_KEPT or self.n_comparisons > MOST_COMPARISONS:
            return ""
        self.n_comparisons += len(known) + 10
        return did_you_mean(str(name), known)

    def raise_if_any(self) -> None:
        """Raise an `InputError` if anything was noted."""
        if self:
            raise InputError(self.kept, self.n_faults)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint that ends a message: the nearest known name, or the few that there are."""
    names = [one for one in known if one is not None]  # None: an id that was refused
    if not names:
        return "; there is none"
    if len(names) <= MOST_NAMES_COMPARED:
        folded = {other.casefold(): other for other in reversed(names)}
        near = difflib.get_close_matches(name[:200].casefold(), folded, n=1, cutoff=0.6)
        if near:
            return f"; did you mean {shown(folded[near[0]])}?"
    if len(names) <= 12:
        return f"; expected one of {', '.join(sorted(names))}"
    return ""
