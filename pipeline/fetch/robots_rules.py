"""Rules of a robots.txt for one crawler, and which of them decides over an address (RFC 9309, 2.2). Does no I/O.

Why not a library: Protego 0.7 adds rules that nobody wrote (`Allow: /a/index.html` opens `/a/`, a closing `$` is also
read as a letter) and takes `%3F` for `?`; Google's parser does not decode `%62`, nor take `[` for `%5B`, and its Python
package (jwm.robotstxt 1.0.8) has wheels for neither Python 3.13 nor Linux on ARM.
"""

import math
import re
from dataclasses import dataclass

# What separates the parts of a path and a query stays as it is; encoded, it is data and something else.
_DELIMITERS = b"/?&="
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ODD_OCTET = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9._~-]")
_KEPT_IN_ADDRESS = frozenset(_DELIMITERS)
_KEPT_IN_RULE = frozenset(_DELIMITERS + b"*")

# Names as the standard has them, and the misspellings that Google's parser forgives. A missing colon is forgiven too,
# when exactly one word follows; more of them are prose.
_NAME = re.compile(
    rb"(?P<agent>user[- ]?agent)|(?P<delay>crawl-delay)|(?P<allow>allow)|(?P<disallow>diss?all?ow|diasllow|disallaw)",
    re.IGNORECASE,
)
_VALUE = re.compile(rb"[ \t]*:(.*)|[ \t]+([^ \t]+)", re.DOTALL)
# `mybot/1.0` and `my bot` name a crawler as far as the characters of a product token go.
_TOKEN = re.compile(rb"\*(?=[ \t]|$)|[A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a rule's path has to begin with, and what has to follow in this order.

    Attributes:
        head: Begins the path.
        rest: What stood behind each `*`.
        is_anchored: Whether the last of them ends the path.
    """

    head: str
    rest: tuple[str, ...]
    is_anchored: bool

    @classmethod
    def of(cls, text: str, *, is_anchored: bool) -> "Pattern":
        """Return the pattern of a normalized path."""
        head, *rest = re.sub(r"\*+", "*", text).split("*")
        return cls(head, tuple(rest), is_anchored)

    def matches(self, target: str) -> bool:
        """Tell whether it fits; the earliest place for every part is the best one, so nothing is tried twice."""
        if not target.startswith(self.head):
            return False
        position = len(self.head)
        if not self.rest:
            return not self.is_anchored or position == len(target)
        for part in self.rest[:-1]:
            found = target.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        last = self.rest[-1]
        if self.is_anchored:
            return len(target) - len(last) >= position and target.endswith(last)
        return target.find(last, position) >= 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One line that allows or forbids.

    Attributes:
        is_allow: Whether it allows.
        size: Octets of its path; the rule with the most decides.
        written: The line as it was written.
        plain: Its path.
        folded: The same with the query's delimiters encoded, None when it has none of them.
    """

    is_allow: bool
    size: int
    written: str
    plain: Pattern
    folded: Pattern | None

    @classmethod
    def of(cls, path: bytes, line: bytes, *, is_allow: bool) -> "Rule":
        """Return the rule with a path as it was written."""
        is_anchored = path.endswith(b"$")
        text = _normal(path.removesuffix(b"$"), _KEPT_IN_RULE)
        has_delimiters = re.search("[/?]|%2F|%3F", text.partition("?")[2])
        return cls(
            is_allow,
            len(text) + is_anchored,
            line[:200].decode("utf-8", errors="replace"),
            Pattern.of(text, is_anchored=is_anchored),
            Pattern.of(_folded(text), is_anchored=is_anchored) if has_delimiters else None,
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to one crawler.

    Attributes:
        rules: Of the groups that name the crawler, else of those for everybody; the most specific comes first, and
            `Allow` before an equal `Disallow`.
        delays: Seconds between requests that these groups ask for.
        group_count: Groups in the file, whoever they are for.
    """

    rules: tuple[Rule, ...]
    delays: tuple[float, ...]
    group_count: int

    def deciding(self, target: bytes) -> Rule | None:
        """Return the rule that decides over a path with query, None when no rule fits, which allows it."""
        if target == b"/robots.txt":
            return None
        plain = _normal(target, _KEPT_IN_ADDRESS)
        folded = _folded(plain)
        for rule in self.rules:
            if rule.plain.matches(plain) or (rule.folded and rule.folded.matches(folded)):
                return rule
        return None


def parse_rules(body: bytes, product: str) -> Rules:
    """Return what a robots.txt says to the crawler of that name.

    Only a rule ends the names at the head of a group; a record that the standard does not know, as `Crawl-delay`, does
    not (2.2.4).
    """
    own, everybody = product.lower().encode(), b"*"
    # Equal rules are one, and only those that count are worth a look inside.
    written: dict[bytes, dict[tuple[str, bytes], bytes]] = {own: {}, everybody: {}}
    delays: dict[bytes, list[float]] = {own: [], everybody: []}
    agents: set[bytes] = set()
    is_named, is_head, group_count = False, False, 0
    for line in body.splitlines():
        kind, value = _read_line(line)
        if kind == "agent":
            if not is_head:
                agents, is_head, group_count = set(), True, group_count + 1
            token = _TOKEN.match(value)
            agent = token[0].lower() if token else b""
            is_named = is_named or agent == own
            if agent in written:
                agents.add(agent)
        elif kind == "delay":
            for agent in agents:
                delays[agent] += _seconds(value)
        elif kind:
            is_head = False
            for agent in agents if value else ():
                written[agent].setdefault((kind, value), line.strip())
    chosen = own if is_named else everybody
    rules = [Rule.of(path, line, is_allow=kind == "allow") for (kind, path), line in written[chosen].items()]
    rules.sort(key=lambda rule: (-rule.size, not rule.is_allow))
    return Rules(tuple(rules), tuple(delays[chosen]), group_count)


def _read_line(line: bytes) -> tuple[str, bytes]:
    """Return what a line is, empty when it is nothing we know, and its value."""
    text = line.partition(b"#")[0].strip()
    name = _NAME.match(text)
    value = _VALUE.fullmatch(text, name.end()) if name else None
    if not name or not name.lastgroup or not value:
        return "", b""
    return name.lastgroup, (value[1] or value[2] or b"").strip()


def _seconds(value: bytes) -> list[float]:
    """Return a number of seconds, or nothing when it is none."""
    try:
        seconds = float(value)
    except ValueError:
        return []
    return [seconds] if math.isfinite(seconds) and seconds >= 0 else []


def _normal(path: bytes, kept: frozenset[int]) -> str:
    """Return a path in the one spelling that is compared: only what needs an escape has one, in capitals (2.2.2)."""

    def spell(match: re.Match[bytes]) -> bytes:
        escape = match[1]
        octet = int(escape, 16) if escape else match[0][0]
        if octet in (_UNRESERVED if escape else kept):
            return bytes([octet])
        return b"%%%02X" % octet

    return _ODD_OCTET.sub(spell, path).decode("ascii")


def _folded(path: str) -> str:
    """Return a path whose query has its slashes and question marks encoded, as in the standard's own example."""
    head, mark, query = path.partition("?")
    return head + mark + query.replace("/", "%2F").replace("?", "%3F")
