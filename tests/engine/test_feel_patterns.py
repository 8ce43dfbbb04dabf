"""Regular expressions of FEEL: XPath's rules, and a search that always ends."""

from __future__ import annotations

import re
import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.errors import FeelError, LimitError
from engine.feel.matcher import Matcher

MATCHES = [
    ("hello world", r"hello\ sworld", "x", True),
    ("hello world", "he ll o[ ]worl d", "x", True),
    ("hello", r"\p{IsBasicLatin}+", "", True),
    ("Ä", r"\p{Lu}", "", True),
    ("ä", r"\P{L}", "", False),
    ("x", "[A-Z-[OI]]", "i", True),
    ("O", "[A-Z-[OI]]", "", False),
    ("a]", r"[\]a]{2}", "", True),
    ("a.b", "a.b", "q", True),
    ("axb", "a.b", "q", False),
    ("a\rb", "a.b", "", False),
    ("a\nb", "a.b", "s", True),
    ("a\n", "^a$", "", False),
    ("b\na", "^a$", "m", True),
    ("abab", r"(ab)\1", "", True),
    ("abc", "^(a|ab)(c|bcd)?$", "", True),
    ("a1", r"\i\c", "", True),
    ("-", r"[a\-z]", "", True),
]


@pytest.mark.parametrize(("text", "pattern", "flags", "expected"), MATCHES)
def test_a_pattern_matches_as_xpath_says(text: str, pattern: str, flags: str, expected: bool) -> None:
    data = {"text": text, "pattern": pattern, "flags": flags}
    assert feel.compile("matches(text, pattern, flags)")(data) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bword",
        "a*+",
        "(?=a)",
        "(?P<n>a)",
        r"(a)[\1]",
        r"\2(a)(b)",
        "[a",
        "(a",
        "a)",
        "*a",
        "a{2,1}",
        r"\p{Nothing}",
        "a{",
        "x" * 501,
    ],
)
def test_what_xpath_does_not_have_is_refused_with_its_place(pattern: str) -> None:
    with pytest.raises(FeelError, match="regular expression"):
        feel.compile("matches(text, pattern)")({"text": "a", "pattern": pattern})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r'replace("abc", "b", "\$$0")', "a$bc"),
        (r'replace("abcdefghijkl", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11-$12")', "k-a2l"),
        (r'split("a, b,c", ",\s*")', ("a", "b", "c")),
        (r'extract("1 and 22", "\d+")', ("1", "22")),
    ],
)
def test_what_is_found_can_be_used(source: str, expected: object) -> None:
    assert feel.compile(source)({}) == expected


def test_an_empty_find_cannot_be_replaced() -> None:
    with pytest.raises(FeelError, match="empty text"):
        feel.compile('replace("abc", "x*", "-")')({})


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "(a*)*b", "(a|b|ab)*c", "a*a*a*a*a*b", "(x+x+)+y", "((a{1,50}){1,50}){1,50}b"]
)
def test_a_search_always_ends(pattern: str) -> None:
    signal.alarm(60)  # only ends a test that would otherwise hang
    try:
        assert not any(True for _ in Matcher(pattern, "").find("a" * 2000 + "!"))
    except LimitError:
        pass
    finally:
        signal.alarm(0)


def finds_something(pattern: str) -> bool:
    """A repetition that goes round on nothing ends at once in Python and goes on here; no standard says which."""
    return re.fullmatch(pattern, "") is None


def branching(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.tuples(inner.filter(finds_something), st.sampled_from(["*", "+", "?", "*?", "+?", "{1,2}", "{2}"]))
    return (
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})")
        | repeated.map(lambda pair: f"(?:{pair[0]}){pair[1]}")
        | st.tuples(inner, inner).map("".join)
    )


PATTERNS = st.recursive(st.sampled_from(["a", "b", "[ab]", ".", "^", "$", "c"]), branching, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.text("abc", max_size=8))
def test_the_patient_matcher_finds_what_pythons_own_search_finds(pattern: str, text: str) -> None:
    matcher = Matcher(pattern, "")
    first = next(iter(matcher._patiently(text)), None)
    expected = re.compile(pattern.replace("^", r"\A").replace("$", r"\Z")).search(text)
    assert (first is None) == (expected is None)
    if first and expected:
        assert (first.start, first.end) == expected.span()
