"""Taking the tokens of an expression one by one, with messages that name the place."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import FeelError
from engine.feel import limits
from engine.feel.lexer import Lexer, Token
from engine.said import Said, say

_CLAUSES = ("for", "return", "if", "then", "else", "some", "every", "satisfies")
RESERVED = frozenset((*_CLAUSES, "and", "or", "between", "instance", "function", "in"))


class Reader:
    """Reads one source; `names` are known names with spaces, `functions` the names of built-in functions."""

    def __init__(self, source: str, names: Iterable[str], functions: frozenset[str]) -> None:
        if len(source) > limits.SOURCE:
            raise FeelError(
                say(
                    "the expression has {count} characters; at most {source} are allowed",
                    count=len(source),
                    source=limits.SOURCE,
                )
            )
        self.source = source
        self.lexer = Lexer(source, names, functions)
        self.depth = 0
        self.misuses: list[FeelError] = []
        self.keys: frozenset[str] = frozenset()
        self.token = self.lexer.token(0)

    def fail(self, message: Said, token: Token | None = None) -> FeelError:
        """Make the error that names the place of a token."""
        return FeelError(message, source=self.source, position=(token or self.token).start)

    def misuse(self, message: Said, token: Token | None = None) -> None:
        """Note something that is read but can only give null."""
        self.misuses.append(self.fail(message, token))

    def found(self) -> Said | str:
        """Name the present token for a message."""
        return say("the end") if self.token.kind == "end" else repr(self.source[self.token.start : self.token.end])

    def advance(self) -> Token:
        """Take the present token and read the next one."""
        taken = self.token
        self.token = self.lexer.token(taken.end)
        return taken

    def is_word(self, *texts: str) -> bool:
        """Say whether the present token is one of these keywords."""
        return self.token.kind == "word" and self.token.text in texts

    def is_symbol(self, *texts: str) -> bool:
        """Say whether the present token is one of these signs."""
        return self.token.kind == "symbol" and self.token.text in texts

    def skip(self, text: str) -> bool:
        """Take the token when it is this sign or keyword."""
        if self.token.kind in ("symbol", "word") and self.token.text == text:
            self.advance()
            return True
        return False

    def expect(self, text: str) -> Token:
        """Take this sign or keyword, or fail."""
        if self.token.kind in ("symbol", "word") and self.token.text == text:
            return self.advance()
        raise self.fail(say("expected {text!r}, found {found}", text=text, found=self.found()))

    def jump(self, position: int) -> None:
        """Go on reading at a position."""
        self.token = self.lexer.token(position)

    def learn(self, *names: str) -> frozenset[str]:
        """Make local names known from here on; gives the names known before, for `forget`."""
        before = self.lexer.names
        self.lexer.names = before | frozenset(names)
        self.jump(self.token.start)
        return before

    def forget(self, before: frozenset[str]) -> None:
        """Go back to the names known before."""
        self.lexer.names = before
        self.jump(self.token.start)

    def name(self) -> str:
        """Take a name."""
        if self.token.kind == "name" or (self.token.kind == "word" and self.token.text not in RESERVED):
            return self.advance().text
        raise self.fail(say("expected a name, found {found}", found=self.found()))

    def deeper(self) -> None:
        """Count one level of nesting, or refuse it."""
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise self.fail(say("the expression is nested more than {depth} levels deep", depth=limits.DEPTH))
